"""Scores and tunes with a little of everything, as seeds of mutants and for reports that have to add up."""

from __future__ import annotations

_HEAD = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE score-partwise PUBLIC '
    b'"-//Recordare//DTD MusicXML 3.1 Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">\n'
)

LEAD_SHEET = (
    _HEAD
    + b"""<score-partwise version="3.1"><work><work-title>Sheet</work-title></work>
<identification><encoding><software>A program</software></encoding></identification>
<part-list><score-part id="P1"><part-name>Voice</part-name><score-instrument id="I1"><instrument-name>Voice</instrument-name>
</score-instrument><midi-instrument id="I1"><midi-channel>1</midi-channel><midi-program>53</midi-program></midi-instrument>
</score-part><score-part id="P2"><part-name>Kit</part-name><midi-instrument id="K1"><midi-channel>10</midi-channel>
<midi-unpitched>37</midi-unpitched></midi-instrument></score-part></part-list>
<part id="P1">
<measure number="0" implicit="yes"><attributes><divisions>6</divisions><key><fifths>-2</fifths><mode>minor</mode></key>
<time><beats>3</beats><beat-type>4</beat-type></time><transpose><chromatic>-2</chromatic></transpose></attributes>
<direction><direction-type><metronome><beat-unit>quarter</beat-unit><beat-unit-dot/><per-minute>80</per-minute></metronome>
</direction-type><sound tempo="120" dynamics="70"/></direction>
<note><pitch><step>G</step><octave>4</octave></pitch><duration>6</duration><lyric number="1"><syllabic>single</syllabic>
<text>O</text></lyric></note></measure>
<measure number="1"><barline location="left"><repeat direction="forward"/></barline>
<direction><direction-type><rehearsal>A</rehearsal></direction-type><direction-type><dynamics><mf/></dynamics></direction-type>
<direction-type><wedge type="crescendo"/></direction-type></direction>
<harmony><root><root-step>B</root-step><root-alter>-1</root-alter></root><kind>major-seventh</kind></harmony>
<note><grace slash="yes"/><pitch><step>A</step><octave>4</octave></pitch></note>
<note dynamics="88"><pitch><step>B</step><alter>-1</alter><octave>4</octave></pitch><duration>6</duration><tie type="start"/>
<notations><tied type="start"/><articulations><staccato/></articulations><slur type="start"/></notations>
<lyric number="1"><syllabic>begin</syllabic><text>ti</text></lyric><lyric number="2"><text>two</text></lyric></note>
<note><chord/><pitch><step>D</step><octave>5</octave></pitch><duration>6</duration></note>
<note><pitch><step>B</step><alter>-1</alter><octave>4</octave></pitch><duration>4</duration><tie type="stop"/>
<time-modification><actual-notes>3</actual-notes><normal-notes>2</normal-notes></time-modification>
<notations><slur type="stop"/></notations></note>
<note><pitch><step>C</step><alter>0.5</alter><octave>5</octave></pitch><duration>4</duration></note>
<note><rest/><duration>4</duration></note>
<backup><duration>18</duration></backup><forward><duration>6</duration></forward>
<note><pitch><step>F</step><octave>3</octave></pitch><duration>12</duration><voice>2</voice></note></measure>
<measure number="2"><barline location="left"><ending number="1" type="start"/></barline>
<note><pitch><step>E</step><octave>4</octave></pitch><duration>18</duration></note>
<barline location="right"><ending number="1" type="stop"/><repeat direction="backward"/></barline></measure>
<measure number="3"><barline location="left"><ending number="2" type="start"/><segno/></barline>
<attributes><key><fifths>1</fifths></key><time><beats>2</beats><beat-type>4</beat-type></time></attributes>
<note><cue/><pitch><step>E</step><octave>4</octave></pitch><duration>6</duration></note>
<note><pitch><step>E</step><octave>4</octave></pitch><duration>6</duration></note>
<direction><direction-type><words>D.S. al Coda</words></direction-type><direction-type><words>dolce</words></direction-type>
<sound dalsegno="s"/></direction>
<barline location="right"><ending number="2" type="stop"/></barline></measure>
<measure number="4"><direction><direction-type><coda/></direction-type></direction><harmony><root><root-step>C</root-step></root>
<kind>none</kind></harmony><note><pitch><step>G</step><octave>4</octave></pitch><duration>12</duration></note>
<sound fine="yes"/></measure></part>
<part id="P2"><measure number="0"><attributes><divisions>1</divisions></attributes>
<note><unpitched><display-step>F</display-step><display-octave>4</display-octave></unpitched><duration>1</duration>
<instrument id="K1"/></note></measure><measure number="1"><note><unpitched/><duration>3</duration></note></measure></part>
</score-partwise>
"""
)

PIANO = (
    _HEAD
    + b"""<score-timewise><movement-title>By time</movement-title><part-list><score-part id="P1"><part-name>Piano</part-name>
</score-part></part-list><measure number="1"><part id="P1"><attributes><divisions>2</divisions><time><beats>3+2</beats>
<beat-type>8</beat-type></time><staves>2</staves></attributes>
<note><pitch><step>C</step><octave>5</octave></pitch><duration>5</duration><voice>1</voice><staff>1</staff></note>
<backup><duration>5</duration></backup>
<note><pitch><step>C</step><octave>3</octave></pitch><duration>3</duration><voice>5</voice><staff>2</staff></note>
<note><pitch><step>G</step><octave>2</octave></pitch><duration>2</duration><voice>5</voice><staff>2</staff></note>
</part></measure></score-timewise>
"""
)

SCORES = (LEAD_SHEET, PIANO)

REEL = b"""X:1
T:A reel
C:trad
M:C|
L:1/8
Q:1/2=90
R:reel
P:AAB
K:Ador
P:A
|:"Am"A2 (3eAB ^cA{ga}e2-|"G"e>d B<G "^slow"D4|1 [A,2C2E2] z2 !mf!A4:|2 [Ace]4 A4||
w: O ti-tle of_ tune * there | last~one
P:B
[K:D][M:3/4]f2 e/f/g/a/ .b2|!segno!~d'2 c'2 b2 & z2 D4|Z2|[Q:1/4=100]a6 "D7/f+"!D.S.!|]
W:after the tune
"""

VOICES = b"""%abc-2.1
%%MIDI program 40
X:7
T:Two voices
M:6/8
V:1 name="Fiddle" clef=treble
V:2 name="Bass" clef=bass octave=-1
K:Eb
[V:1] _B2c dcB | (2ef g3 | =a3- a2 ^/b ||
[V:2] E3 B,3 | z6 | [L:1/4] F,3/2 x3/2 |]
"""

TUNES = (REEL, VOICES)
