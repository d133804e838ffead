"""The words of an account manager's line, Vietnamese and English together: people mix them.

Each list is (what it means, expression), see `patterns`; the first that matches counts.
"""

# Strong ones say what a touch was wherever they stand; of the others the first in the line does.
STRONG_KINDS = [
    (
        "review",
        "họp (?:đánh giá|tổng kết) quý|họp quý|đánh giá quý|tổng kết quý|qbr|(?:quarterly|annual"
        "|business) review",
    ),
    (
        "event",
        "(?:dự )?(?:hội thảo|hội nghị|hội chợ|sự kiện|tiệc|tất niên)|webinar|trade fair|seminar"
        "|conference|event",
    ),
    ("gift", "(?:tặng|gửi|biếu) quà|(?:sent|gave) a gift|a gift|gift"),
    ("meeting", "video call|zoom(?: call)?|họp (?:zoom|teams)|họp online|họp trực tuyến"),
]
KINDS = [
    ("call", "(?:đã )?(?:gọi điện thoại|gọi điện|gọi|điện thoại|alo)(?! lại)"),
    (
        "call",
        "(?:phone |incoming )?call|called|phoned|rang|(?:spoke|talked)(?: to| with)?|on the phone|by phone",
    ),
    (
        "visit",
        "(?:đã )?(?:đi )?(?:ghé thăm|ghé qua|ghé|thăm|đến)(?: (?:nhà máy|văn phòng|công ty"
        "|xưởng))?(?: (?:khách hàng|khách|mình))?",
    ),
    ("visit", "site visit|visited|visit|(?:came|went) to (?:our|their) office|came to see us"),
    ("meeting", "(?:đã )?(?:gặp mặt|gặp gỡ|gặp|họp)(?! được)|(?:đi )?(?:ăn trưa|ăn tối|ăn sáng|cà phê|cafe)"),
    ("meeting", "met|meeting|lunch|dinner|breakfast|coffee"),
    (
        "email",
        "(?:gửi |viết |trả lời |nhận (?:được )?)?(?:(?:e-?)?mail|«thư»)|emailed|(?:got|received"
        "|sent|replied to) (?:an|the) e-?mail|mailed",
    ),
    (
        "message",
        "(?:gửi |trả lời |nhận (?:được )?)?(?:tin nhắn(?: zalo)?|nhắn tin(?: zalo)?"
        "|nhắn(?: zalo)?|(?:qua )?zalo)|viber",
    ),
    ("message", "texted|messaged|(?:got |received |sent )?(?:a )?(?:text|whatsapp|message)(?: message)?"),
]
CHANNELS = "(?:on|via|by|qua|bằng) (?:zalo|viber|whatsapp|sms|e-?mail|điện thoại)"  # beside a verb that says the kind
FROM = "from|của"  # before people, of what was written
COMES_IN = (
    "«nhận»|nhận được|gọi đến|đến văn phòng mình|got an?|received|incoming|came to our office|came to see us"
)
ARRIVES = "đến|tới"  # after "gọi": they called
GOES_OUT = "gửi|nhắn|emailed|texted|messaged|mailed|sent"

NOT_REACHED = (
    "không nghe máy|không bắt máy|chưa nghe máy|không gặp được|chưa gặp được|(?:không"
    "|chưa) liên lạc được(?: với)?|máy bận"
    "|thuê bao|(?:không|chưa) (?:trả lời|phản hồi)|no answer|no reply|no response|(?:didn't"
    "|did not) (?:pick up|answer|reply)"
    "|(?:couldn't|could not|cannot|can't) reach(?: anyone)?|not reached|(?:left a )?voicemail"
    "|left a message|(?:line|was) busy"
)

SENTIMENTS = [
    (
        -2,
        "rất (?:tức giận|bực|bực mình|không hài lòng|khó chịu|tiêu cực|tệ)|tức giận|giận dữ"
        "|furious|very (?:unhappy|angry|annoyed|bad)|angry|terrible",
    ),
    (
        -1,
        "(?:không|chưa|kém) (?:hài lòng|vui|tích cực|«ổn»|tốt)|khó chịu|bực mình|bực|tiêu cực"
        "|căng thẳng|căng",
    ),
    (
        -1,
        "not (?:happy|pleased|satisfied|good)|unhappy|dissatisfied|annoyed|negative|tense|upset"
        "|disappointed|bad",
    ),
    (
        2,
        "rất (?:tích cực|hài lòng|vui|tốt|«ổn»)|tuyệt vời|xuất sắc|very (?:good|happy|positive"
        "|pleased|satisfied)|great(?: mood)?|excellent|delighted",
    ),
    (1, "tích cực|hài lòng|vui vẻ|vui|tốt đẹp|tốt|«ổn»|thuận lợi|khả quan|suôn sẻ"),
    (1, "positive|(?:went )?(?:well|good)|happy|pleased|satisfied|promising|fine"),
    (0, "bình thường|trung lập|neutral|so-so"),
]
COMPLAINS = [
    (-1, "phàn nàn|khiếu nại|complained|complains")
]  # says what was said as well: it stays in the note

# Who says or is something in a clause that is not ours to do.
OTHERS = (
    "anh ấy|chị ấy|ông ấy|bà ấy|em ấy|cô ấy|họ|khách hàng|khách|anh|chị|they|he|she"
    "|the client|client|the customer|customer"
)
SUBJECTS = f"(?:{OTHERS})(?: (?:was|were|is|are|thấy|có vẻ|seems|seemed))?"
HONORIFICS = "anh|chị|em|cô|chú|bác|ông|bà|a|c|mr|ms|mrs|dr|sếp"
BEFORE_PEOPLE = "w/|với|cho|của|và|cùng|with|to|from|and|for"

# Words for parts that people play, for a title that nobody has literally.
ROLES = [
    ("decision_maker", "tổng giám đốc|giám đốc|sếp|ceo|director|owner|boss"),
    ("finance", "kế toán trưởng|kế toán|tài chính|cfo|finance|accountant|accounting"),
    ("procurement", "phòng mua hàng|bộ phận mua hàng|mua hàng|procurement|purchasing|buyer"),
]

# Before what is to be done next, and not part of it.
# What they will do or want is theirs, and its day not that of the touch, unless it is said that we will.
THEY_WILL = "will|may|might|wants?|needs?|«sẽ»|muốn|xin|hứa|dự kiến"
WE_WILL = "(?:i|we|i'll|we'll|mình|tôi|em|bên mình)(?: (?:will|«sẽ»))?"
UNTIL = "by|before|until|till|due|đến|trước|hạn"
STEP_WORDS = (
    "next step ?:?|bước tiếp theo ?:?|tiếp theo ?:?|việc tiếp ?:?|rồi|sau đó|then|will|sẽ"
    "|need to|«cần»|follow[- ]?up|hẹn lại|nhắc mình"
)
BARE_STEPS = {"hẹn", "hen", "gọi", "goi", "call"}  # what a day says as well
STEP_TRIGGERS = (
    "next step|bước tiếp theo|follow[- ]?up|hẹn lại|hẹn gặp|hẹn|nhắc lại|gọi lại|call back|try again"
)

# Left over at either end of what was not read.
LEADS_IN = "về việc|về|about|regarding|re|on|with|với|for|cho|của|from|the client|an?|at|ở|tại|by"
TRAILS_OFF = "với|cho|của|và|về|hôm|vào|lúc|with|to|from|and|for|on|at|by|about|the|a|an|bên"
