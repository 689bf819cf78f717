"""What the generator of messages says: templates, words, abbreviations.

A name in braces is filled with one of its WORDS, # with a digit.  HAM
is friends and family, SPAM is advertising and fraud, and BOTH could be
either: banks, parcels and missed calls, that no filter can tell.
"""

HAM = (
    "Ok", "Ok {name}", "Yes please", "Lol", "On my way", "Haha no",
    "No problem", "See you {day}", "Thanks {name}, see you {time}",
    "Sorry, in {event} now. I'll call later",
    "I'm at the {place}, where are you?",
    "Running late, the {vehicle} is stuck. Be there in # minutes",
    "Did you eat? There is {food} in the fridge",
    "Can you buy {food} and {food} on the way home?",
    "Are we still meeting at the {place} {day}?",
    "I will be at the {place} {time}. Call me when you get there",
    "Happy birthday {name}! Have a {nice} day",
    "Good night {name}, sleep well. See you {day}",
    "What did {name} say about the {thing}?",
    "I lost my {thing}, can you call it?",
    "The {event} is at #.30 now, not at #",
    "I left my {thing} at work, text {name} if you need me",
    "Do you want to go for {food} {time}? I will pay",
    "How was the {event}? Tell me everything",
    "Just got home. The {event} was {nice}",
    "{name} is asking for your number, can I give it?",
    "I'm not well, will stay at home {time}. Can you tell {name}?",
    "Don't forget the {thing}, we need it {day}",
    "Can I borrow your {thing} {day}?",
    "You won't believe it, {name} got a new {thing}",
    "Please tell {name} that I'm free {time}",
    "I have no credit left, will text {time} from the {place}",
    "Did you win? I watched half of the match at the {place}",
    "Free {time}? {name} has a spare ticket for the {event}",
    "Got the results of the {event}, I passed! So happy",
    "{name} says call her {time}, it is urgent",
    "We had {food} at that new place, it was {nice} and only £##",
    "Can you send me £##? I will pay you back {day}",
    "Your {thing} is at my place, come and claim it",
    "It's raining, take the {thing} with you",
    "How much was the {thing}? I saw one for £##",
    "I love you, miss you so much. Are you free {day}?",
    "What time is the {event}? {name} wants to come too",
    "Stop it, that is not funny",
    "Nothing much, watching a {nice} film with {name}",
    "Wish me luck, the {event} is in ## minutes",
)

SPAM = (
    "{hey} You have won a {prize}! To claim call {phone} {now}",
    "{hey} Your number was drawn for a {prize}. Text {code} to {short}",
    "Free entry to our weekly draw for a {prize}! Text {code} to {short}",
    "Get a {prize} for only £# a week, text {code} to {short}. {stop}",
    "Last chance to claim your {prize}! Call {phone}. {terms}",
    "As a valued customer you get a {prize}. Call {phone} {now}",
    "{hey} A {prize} waits for you at www.{site}.example, claim {now}. "
    "{terms}",
    "Your mobile is # months old: update to a new phone with camera for "
    "free! Call {phone}",
    "Lonely? {name} wants to chat {now}, text {code} to {short}. £1.50 "
    "per msg. {stop}",
    "Hi, it's {name}, I found your profile. Text me back on {short}, I'm "
    "so bored",
    "Hot new ringtone! Send {code} to {short} for the top # hits. {stop}",
    "Half price {vehicle} and {event} tickets, this week only! "
    "www.{site}.example {stop}",
    "You are owed £### after your accident. To claim reply {code}. {stop}",
    "Earn £### a day from home, no experience! Reply {code} or call "
    "{phone}",
    "Loan of £#000 {now}, no questions! Text {code} to {short}. {terms}",
    "Someone who knows you has a secret for you. Find out who on {phone}",
    "2nd attempt to contact you! Your {prize} must be claimed by {day}. "
    "{terms}",
    "Your account has ### bonus points, use them before {day} at "
    "www.{site}.example",
    "Want {nice} {food} {time}? 2 for 1 at our {place}, show this text. "
    "{stop}",
    "Hi {name}, did you see this? A {prize}, and I got mine! "
    "www.{site}.example",
)

BOTH = (
    "You have # missed calls. Call {phone}",
    "Please call {phone}, it is about your {thing}",
    "Your parcel comes {day}. To change the time call {phone}",
    "Your code is ####. Tell no one",
    "New message from {name}. Reply YES to read it",
    "Your bill of £## is due {day}. Questions? Call {phone}",
    "Hi, it's {name}, this is my new number. Text me back",
    "We tried to reach you {time}. Please call back on {phone}",
)

WORDS = {
    "code": ("WIN", "YES", "GO", "PLAY", "CLAIM", "HOT", "TONE", "CASH"),
    "day": ("today", "tomorrow", "on Monday", "on Friday", "this weekend",
            "next week", "on Sunday"),
    "event": ("meeting", "class", "exam", "party", "match", "concert",
              "wedding", "lecture", "dinner"),
    "food": ("pizza", "milk", "rice", "curry", "coffee", "bread", "soup",
             "chips", "lunch"),
    "hey": ("Congratulations!", "URGENT!", "Dear winner,", "Hi!", "WINNER!",
            "Great news!", "Attention!"),
    "name": ("Anna", "Ben", "Chloe", "Dev", "Emma", "Farid", "Grace",
             "Hugo", "Ines", "Jack", "Kim", "Lena", "Mo", "Nina", "Omar"),
    "nice": ("great", "lovely", "nice", "special", "brilliant", "free"),
    "now": ("now", "today", "NOW", "before midnight", "within 24 hours"),
    "phone": ("09#########", "08#########", "07#########"),
    "place": ("station", "library", "gym", "cinema", "shop", "pub",
              "office", "park"),
    "prize": ("£#000 cash prize", "free holiday", "£### voucher",
              "new mobile phone", "£##00 cash reward", "free camera phone",
              "weekend for two", "pack of ### free texts",
              "free ringtone"),
    "short": ("8####", "6####"),
    "site": ("win##", "prize4u", "txt##", "freebies", "mobile##"),
    "stop": ("Text STOP to end", "To stop reply STOP", "16+ only",
             "Opt out: STOP", ""),
    "terms": ("Terms apply", "T&Cs apply", "18+", "Box ##, cost £#.50",
              ""),
    "thing": ("phone", "keys", "bag", "book", "laptop", "card", "umbrella",
              "jacket", "bike", "order"),
    "time": ("tonight", "now", "later", "after work", "at #", "this week"),
    "vehicle": ("bus", "train", "car", "flight"),
}

SHORT = {
    "you": "u", "your": "ur", "are": "r", "to": "2", "for": "4",
    "please": "pls", "text": "txt", "see": "c", "tonight": "2nite",
    "tomorrow": "2moro", "today": "2day", "great": "gr8", "later": "l8r",
    "love": "luv", "back": "bk", "message": "msg", "thanks": "thx",
    "because": "coz", "before": "b4", "what": "wat", "have": "hav",
}
