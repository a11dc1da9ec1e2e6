"""Notes as a worker might type them, all made up; [name|Ahmed] marks what should be found.

PLACES are those that the site knows of the made-up hot spots. TUNED were at hand while the rules
were written; UNSEEN were typed afterwards and no rule was changed for them.
"""

import re
from dataclasses import dataclass

MARK = re.compile(r"\[([a-z ]+)\|([^\]]+)\]")
PLACES = ("Rowan Corner", "Haymarket", "Gallowtree Gate", "Amber Cafe", "Jasmine Heights")


@dataclass(frozen=True)
class Note:
    text: str
    marked: tuple[tuple[str, int, int], ...]  # what, start, end


def read_note(line):
    text, marked = "", []
    at = 0
    for match in MARK.finditer(line):
        text += line[at : match.start()]
        marked.append((match[1], len(text), len(text) + len(match[2])))
        text += match[2]
        at = match.end()
    return Note(text + line[at:], tuple(marked))


def read_notes(lines):
    return [read_note(line) for line in lines.strip().splitlines()]


TUNED = read_notes("""
[name|Ahmed] said he would come back tomorrow.
Spoke to [name|ahmed] near the bus stop.
Long chat with [name|Jayden] and his mate about school.
[name|Kyle Smith] was there again.
Met [name|Amina Hussain] outside the library.
talked with [name|mohammed] and [name|yusuf] by the bins
[name|Priya] wants help with college.
[name|Zainab]'s brother was arrested last week.
Group of five, one is [name|Callum].
[name|Piotr Nowak] asked about jobs.
Gave a leaflet to [name|Agnieszka].
[name|Hodan] and [name|Sagal] were waiting for the bus.
[name|Mark] was upset about an exclusion.
Gave water to [name|Mark].
Spoke to [name|Grace] at the clock tower.
[name|Grace Okafor] came over to say hello.
[name|Will] told us he is hungry.
We sat with [name|Will] for ten minutes.
[name|Chloe] refused to talk.
Saw [name|Tyrone] with older lads.
[name|Mr Patel] from the shop is worried.
Ask [name|Mrs Ogunleye] about the youth club.
[name|PC Thornber] asked who was there.
He is called [name|Keshaun].
The tall one goes by [name|smiler].
aka [name|ghost]
Known as "[name|Biggz]" round here.
The lads call him "[name|Tiny]".
Says his name is [name|Davonte].
[name|O'Brien] family moved out.
[name|McKenzie] lad is back.
[name|Siobhan O'Connor] needs a bus pass.
[name|Zoë] is staying with her nan.
[name|Łukasz] has no coat.
[name|Khadija] asked us to ring her mum.
[name|Jaspreet Kaur] wants a CV.
[name|Rajesh] from the takeaway gave us food.
His cousin [name|Ibrahim] carries, he says.
[name|Farah Ahmed], about 15, looked scared.
Walked [name|Ellie] to the taxi rank.
[name|Dan] and [name|Kev] were drinking.
[name|Steph] is pregnant, needs a midwife.
[name|MOHAMED] WAS HERE AGAIN
Older sister [name|Warsame] might help.
[name|Bartosz]: wants boxing.
Two girls, [name|Lacey] and [name|Demi-Leigh], near the arcade.
[name|Simran] texted from [phone|07700 900123].
Number is [phone|07700900456].
ring [phone|07700 900 789] after six
mob [phone|+44 7700 900321]
His mum is on [phone|0116 496 0123].
call [phone|0116-496-0456] not the other one
Phone [phone|(0116) 496 0999] is the hostel.
+44 again: [phone|+447700900654]
[phone|0044 7700 900111] is his dad
text her on [phone|07700.900.222]
Call [phone|496 0345] and ask for the desk.
He said [phone|oh seven seven double oh nine oh oh one two three].
WhatsApp [phone|07700-900-333]
new phone [phone|07700900444] from today
Lads got out of [plate|AB12 CDE].
silver golf [plate|FG63HJK] parked up
car [plate|lr19 xyz] has been round twice
[plate|KM71 ABC] dropped two lads off
old van [plate|P123 ABC] by the garages
[plate|R45 DEF] was speeding
moped [plate|ABC 123D] no lights
black car, [plate|BD51SMR], four up
reg [plate|A 1234] seen
plate is [plate|YX22 OPA] I think
bike [plate|n789kpl] ridden on the pavement
[plate|FY05 TTR] followed us
white transit [plate|bx66 kkp]
[plate|EO68 UVW] and [plate|EO69UVX] together
Lives at [postcode|LE1 5AB].
flat in [postcode|le2 0qb] somewhere
Mum is at [postcode|LE35PX].
she gave [postcode|NG1 4FB] as her address
parcel for [postcode|SW1A 1AA]
dob [date of birth|12/03/2009]
[date of birth|DOB 3.4.08] he said
[date of birth|born on 4 May 2010]
[date of birth|date of birth 2008-11-30]
She said [date of birth|12 March 2009].
[date of birth|Birthday is 3rd June], wants to box.
he is from [date of birth|1/2/2007]
[date of birth|born in 2009] so still at school
Her form says [date of birth|June 5, 2011].
mail [email|sam.test@example.com]
[email|j_b99@example.co.uk] is what he uses
e-mail is [email|kayla (at) example.com]
follow [handle|@lil_wayno7]
[handle|snap: kaydee.x9]
[handle|insta is mo_tricks] he says
his [handle|tiktok - jayz_le1]
[handle|discord name: ghost116]
add [handle|@nia.b2009] she said
Said hello to four young men by the fountain.
Calmed an argument about a football.
Gave advice on the last bus home.
Quiet night, rain from eight.
Group of six, friendly, talked about exams.
Will come back at six.
May need a second visit on Friday.
Mark the broken light on the map.
Hope to see them next week.
Rose bushes hide the alley.
Grace period for the bus pass ends Monday.
Light out on Charles Street.
Broken glass at Victoria Park.
Needles behind St Margaret's Way.
Bins on fire on Nelson Mandela Park path.
Stood on Gallowtree Gate for an hour.
Busy at Rowan Corner until nine.
Amber Cafe lets us use the toilet.
Jasmine Heights lobby door is broken.
People drinking on Granby Street.
CCTV on Humberstone Gate faces the wall.
Fight outside McDonald's, calmed.
Sat outside John Lewis for a while.
Two lads by William Hill.
Queue at the mosque on Friday.
Hid knives? None seen.
Asked about college, gave the open day leaflet.
Talked about the police stop last week.
One person said no thanks, left them to it.
A worried mother asked about gangs.
Young woman looked cold, gave gloves.
The youth club opens Tuesday and Thursday.
Called 999, ambulance came in ten minutes.
Called the hostel, no beds.
Rang 101 about the fly tipping.
Gave them the Childline number, 0800 1111.
Gave the Samaritans card: 116 123.
Shelter line is 0808 800 4444.
Crisis line 0300 456 7890 is free.
Bus 21 was late again.
A6 was closed so came by London Road.
Met at 18:30, left at 19:15.
15 people at the peak, 3 by nine.
Shift of 14/11/2026 was quiet.
Next walk on 3 December 2026.
About 10-15 young people, mixed.
Flat 12 has a broken door.
Near Leicester station, platform 1.
LE1 was quieter than LE2.
Saturday market: busy, no trouble.
They said "no" and walked off.
"Stop" painted on the wall.
Two girls, 16-17, walking home from school.
Said the food bank helped.
Needs: housing, money.
Summer scheme starts in July.
Asked for boxing or football on Sundays.
Gave first aid for a cut hand.
One of them has a cat.
Heard fireworks from Spinney Hill Park.
Talked drugs and alcohol, gave advice.
Young man crying, sat with him, walked him to the bus.
Police van stayed for an hour, young people left.
The Curve had a show on.
Christmas lights went on at five.
Very busy by the Clock Tower.
Turning Point van arrived at eight.
Five lads on bikes, no lights.
Lad in a grey tracksuit wanted work.
No one about from ten.
Street pastors gave out tea.
Argument over £20, settled.
We said hello and moved on.
Spoke about mental health, gave the card.
Boy around 12, alone, walked to the station desk.
School said they will ring back.
Woman with a pram asked for nappies.
Left leaflets at the King Richard III centre.
Shop on Queens Road closes at nine.
Kids playing on Abbey Park Road.
Harry's Barbers? No, the one next door.
Bench by St Peter's Lane is broken.
The art group meets on Wednesdays.
They carry on until ten.
Max 12 people in the hall.
""")

UNSEEN = read_notes("""
[name|Hamza] has been kicked out, needs a bed.
saw [name|leon] and [name|reece] on the wall again
[name|Nikita] asked if we know a dentist.
The one in red is [name|Dominik].
[name|Faisal Khan] would like to train as a coach.
Took [name|Ruby] to the walk-in.
[name|Abdirahman] is doing well, started college.
She is called [name|Tayla].
[name|Miss Cartwright] runs the breakfast club.
[name|Oluwaseun] wants drama.
he texts from [phone|07700 900987]
nan's number [phone|0116 496 0777]
text [phone|07700 900 555] first
dark red fiesta [plate|FN14 ZRO]
[plate|mt70 lod] was parked on the zigzags
[plate|W123 KLM] again
they live by [postcode|LE4 6BN]
[date of birth|dob 07/08/2008]
write to [email|hello.x@example.org]
on [handle|@kai_rides]
Wind got up, most people went home.
Two groups shouting over Belgrave Road, calmed.
Asked about Prince's Trust course.
Taxi rank full by eleven.
Street light 14 on Church Gate is out.
Gave out six leaflets and two hats.
Wants to stop smoking, gave the clinic's card.
Nobody at Cossington Park tonight.
Football finished at 17:00, crowds calm.
Handed a lost purse to the station.
Young people drew a goal on Wharf Street North.
Rang 111 for advice about a burn.
Queue outside the arcade, good mood.
Will try the skate park on Thursday.
Door staff at the Turkish cafe were kind.
Talked to a carer about buses.
Bus lane camera is new.
Advice on rights in a stop and search.
Ten minutes with a lad about boxing.
Nothing to report after nine.
""")
