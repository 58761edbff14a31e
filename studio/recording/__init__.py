"""Recording: what hands play on keyboards becomes notes, controllers and takes. Above the session, without Qt."""
