"""What the demo's account managers wrote, in Vietnamese and in English. Slots: {who} the contact, {product} ours."""

VI, EN = "vi", "en"

# Calls, meetings and visits that went as they should: (sentiment, text, next step or "", its kind if only one fits)
GOOD = {
    VI: [
        (1, "{who} báo lô {product} chạy ổn định, người dùng hài lòng. Hẹn rà soát lại vào cuối quý.", ""),
        (
            2,
            "Họp với {who} rất cởi mở: khách muốn mở rộng thêm một chi nhánh và nhờ mình tư vấn cấu hình.",
            "Gửi đề xuất cấu hình cho chi nhánh mới",
            "meeting",
        ),
        (1, "{who} xác nhận đã nhận đủ hàng đúng hẹn, khen đội giao nhận nhiệt tình.", ""),
        (1, "Gọi hỏi thăm, {who} nói đội CNTT đang dùng {product} quen tay, ít phải gọi hỗ trợ.", "", "call"),
        (
            2,
            "{who} giới thiệu mình với một công ty cùng tập đoàn đang cần máy trạm. Rất tin tưởng.",
            "Liên hệ công ty cùng tập đoàn theo lời giới thiệu",
        ),
        (1, "Khách đồng ý dùng thử {product} hai tuần. {who} phụ trách đánh giá.", "Hỏi kết quả dùng thử"),
        (
            1,
            "Trao đổi kế hoạch mua sắm năm sau với {who}; ngân sách CNTT tăng khoảng 10%.",
            "Gửi báo giá khung cho năm sau",
        ),
        (
            1,
            "{who} hài lòng về buổi đào tạo hôm trước, xin thêm tài liệu tiếng Việt.",
            "Gửi tài liệu hướng dẫn tiếng Việt",
        ),
    ],
    EN: [
        (
            1,
            "{who} says the {product} rollout is stable and users are happy. Review agreed for the end of the quarter.",
            "",
        ),
        (
            2,
            "Very open meeting with {who}: they plan another site and want our advice on sizing.",
            "Send a sizing proposal for the new site",
            "meeting",
        ),
        (1, "{who} confirmed that everything arrived on time and praised the delivery crew.", ""),
        (
            1,
            "Check-in call. {who} says the team knows {product} well by now and rarely needs support.",
            "",
            "call",
        ),
        (
            2,
            "{who} offered to introduce us to a sister company that needs workstations.",
            "Call the sister company they introduced",
        ),
        (
            1,
            "They will try {product} for two weeks; {who} leads the evaluation.",
            "Ask how the trial of {product} went",
        ),
        (
            1,
            "Talked through next year's budget with {who}; IT spending goes up about 10%.",
            "Send a frame quote for next year",
        ),
        (1, "{who} liked last week's training and asked for the slides.", "Send the training slides"),
    ],
}

NEUTRAL = {
    VI: [
        (
            0,
            "Rà soát danh sách máy sắp hết bảo hành với {who}. Chưa chốt số lượng thay.",
            "Chốt số lượng máy cần thay",
        ),
        (0, "{who} bận quyết toán, hẹn gọi lại tuần sau.", "Gọi lại sau kỳ quyết toán", "call"),
        (None, "Xác nhận lịch giao hàng và người nhận tại kho với {who}.", "", "call"),
        (0, "{who} hỏi giá {product} để lập ngân sách, chưa có kế hoạch mua ngay.", "Gửi báo giá {product}"),
        (None, "Cập nhật số điện thoại và đầu mối mới. {who} vẫn là người liên hệ chính.", "", "call"),
        (
            0,
            "Trao đổi thủ tục nghiệm thu với {who}; còn thiếu biên bản bàn giao có chữ ký.",
            "Lấy biên bản bàn giao đã ký",
        ),
        (0, "Ghé qua giới thiệu dòng {product} mới. {who} nghe nhưng chưa có nhu cầu.", "", "visit"),
        (None, "Nhắc {who} về đợt cập nhật phần mềm quản trị vào cuối tuần.", "", "call"),
    ],
    EN: [
        (
            0,
            "Went through the machines leaving warranty with {who}. Number of replacements is still open.",
            "Settle the number of replacements",
        ),
        (
            0,
            "{who} is busy with the year-end close and asked for a call next week.",
            "Call again after their year-end close",
            "call",
        ),
        (None, "Confirmed delivery dates and the person at the dock with {who}.", "", "call"),
        (
            0,
            "{who} wants a price for {product} for budgeting; nothing to buy right now.",
            "Send a quote for {product}",
        ),
        (None, "Updated phone numbers. {who} stays our main contact.", "", "call"),
        (
            0,
            "Talked about acceptance papers with {who}; the signed hand-over sheet is missing.",
            "Get the signed hand-over sheet",
        ),
        (0, "Showed the new {product} line. {who} listened, no need at the moment.", "", "visit"),
        (None, "Reminded {who} of the weekend's management-software update.", "", "call"),
    ],
}

# Bad news come as a story: it starts, gets worse, and may be put right. The same four.
TROUBLE = {
    VI: [
        [
            (
                -1,
                "{who} phàn nàn lô {product} giao trễ một tuần, dự án của họ phải dời lịch.",
                "Hỏi kho ngày giao chắc chắn",
            ),
            (
                -2,
                "Vẫn chưa đủ hàng. {who} rất bực, dọa hủy phần còn lại và lấy của hãng khác.",
                "Xin giám đốc duyệt giao gấp bằng đường hàng không",
                "call",
            ),
            (1, "Đã giao đủ và bù thêm sáu tháng bảo hành. {who} ghi nhận mình xử lý đến nơi đến chốn.", ""),
        ],
        [
            (
                -1,
                "Hai máy {product} lỗi nguồn ngay tuần đầu. {who} yêu cầu đổi máy chứ không sửa.",
                "Làm thủ tục đổi hai máy",
            ),
            (
                -2,
                "Máy đổi lại tiếp tục lỗi. {who} nói ban giám đốc đã mất lòng tin, muốn gặp cấp trên của mình.",
                "Đưa trưởng nhóm đến gặp ban giám đốc khách",
            ),
            (
                0,
                "Trưởng nhóm đã đến xin lỗi và thay cả lô. {who} tạm yên tâm, theo dõi thêm một tháng.",
                "Gọi kiểm tra sau một tháng",
                "visit",
            ),
        ],
        [
            (
                -1,
                "{who} báo tổng đài hỗ trợ hai ngày không trả lời dù máy chủ đang ngừng.",
                "Làm việc với bộ phận hỗ trợ",
                "call",
            ),
            (
                -2,
                "Lại một sự cố không ai gọi lại. {who} so sánh thẳng với đối thủ trả lời trong một giờ.",
                "Đề nghị kênh hỗ trợ riêng cho khách",
            ),
            (1, "Đã mở kênh Zalo riêng với kỹ thuật. {who} nói tuần này được trả lời rất nhanh.", ""),
        ],
        [
            (
                -1,
                "{who} phản đối bảng giá mới, nói tăng 12% mà không báo trước.",
                "Giải thích cơ cấu giá bằng văn bản",
            ),
            (
                -2,
                "Khách mời thêm hai nhà cung cấp khác chào giá. {who} bảo mình khó giữ nếu không giảm.",
                "Xin mức chiết khấu đặc biệt",
            ),
            (1, "Đã chốt giá giữ nguyên đến hết năm đổi lấy cam kết sản lượng. {who} vui vẻ ký.", ""),
        ],
    ],
    EN: [
        [
            (
                -1,
                "{who} complained that the {product} delivery is a week late and their project had to move.",
                "Get a firm delivery date from the warehouse",
            ),
            (
                -2,
                "Still not complete. {who} is angry and threatens to cancel the rest and buy elsewhere.",
                "Ask for approval of air freight",
                "call",
            ),
            (
                1,
                "Everything is delivered, with six months of extra warranty. {who} said we saw it through.",
                "",
            ),
        ],
        [
            (
                -1,
                "Two {product} units lost power in the first week. {who} wants them replaced, not repaired.",
                "Arrange the replacement of two units",
            ),
            (
                -2,
                "The replacements failed too. {who} says the board has lost trust and asks for my superior.",
                "Bring the team lead to their board",
            ),
            (
                0,
                "Our lead apologised in person and the batch was swapped. {who} will watch it for a month.",
                "Check in after a month",
                "visit",
            ),
        ],
        [
            (
                -1,
                "{who} waited two days for our support desk while a server was down.",
                "Take it up with the support desk",
                "call",
            ),
            (
                -2,
                "Another incident and nobody called back. {who} says a competitor answers within the hour.",
                "Propose a direct support line",
            ),
            (
                1,
                "The direct line to an engineer is open. {who} says answers came within minutes this week.",
                "",
            ),
        ],
        [
            (
                -1,
                "{who} objects to the new price list: 12% more and no warning.",
                "Explain the price in writing",
            ),
            (
                -2,
                "They have asked two other vendors for quotes. {who} says it will be hard to keep us at this price.",
                "Ask for a special discount",
            ),
            (
                1,
                "Prices stay as they are until December against a volume commitment. {who} signed gladly.",
                "",
            ),
        ],
    ],
}

# Written to the client, not (yet) answered, and what they wrote to us: (kind, text).
WRITTEN_OUT = {
    VI: [
        ("email", "Gửi báo giá {product} theo yêu cầu, chờ phản hồi."),
        ("message", "Nhắn Zalo cho {who} hỏi lịch họp, chưa thấy trả lời."),
        ("email", "Gửi biên bản họp và các việc cần làm cho {who}."),
        ("message", "Nhắn {who} lịch nghỉ lễ và số trực kỹ thuật."),
    ],
    EN: [
        ("email", "Sent the quote for {product}, waiting for an answer."),
        ("message", "Texted {who} about a meeting date, no answer yet."),
        ("email", "Sent minutes and action points to {who}."),
        ("message", "Sent {who} the holiday schedule and the on-call number."),
    ],
}
WRITTEN_IN = {
    VI: [
        ("message", "{who} nhắn hỏi thời hạn bảo hành của {product}; đã trả lời."),
        ("email", "{who} gửi đơn đặt hàng bổ sung qua email."),
        ("message", "{who} nhắn cảm ơn vì xử lý nhanh phiếu hỗ trợ."),
    ],
    EN: [
        ("message", "{who} asked about the warranty of {product}; answered."),
        ("email", "{who} mailed an additional order."),
        ("message", "{who} wrote to thank us for the quick support."),
    ],
}
RARE = {  # kind: text
    "review": {
        VI: "Họp đánh giá quý với {who}: thống nhất số liệu mua hàng, tồn kho và ba việc cần cải thiện.",
        EN: "Quarterly review with {who}: agreed on volumes, stock and three things to improve.",
    },
    "event": {
        VI: "{who} dự hội thảo giới thiệu sản phẩm của mình, ở lại trao đổi khá lâu.",
        EN: "{who} came to our product day and stayed for a long talk.",
    },
    "gift": {
        VI: "Gửi quà chúc mừng ngày thành lập công ty khách, {who} nhận thay.",
        EN: "Sent a small gift for their anniversary; {who} received it.",
    },
}

# Planned by hand, for days to come and days gone by.
PLANS = {
    VI: [
        "Chúc mừng khai trương chi nhánh mới",
        "Mời ăn trưa để hiểu kế hoạch quý tới",
        "Kiểm tra tiến độ nghiệm thu",
        "Trao đổi phương án gia hạn bảo trì",
        "Gặp giám đốc mới để làm quen",
        "Hỏi ý kiến sau đợt giao hàng",
    ],
    EN: [
        "Congratulate on the new branch",
        "Lunch to learn about next quarter's plans",
        "Check how acceptance is going",
        "Talk through the maintenance renewal",
        "Meet the new director",
        "Ask how the delivery went",
    ],
}
OUTCOMES = {
    VI: ["Khách hài lòng", "Chờ khách xác nhận", "Đã chốt", "Cần theo dõi thêm"],
    EN: ["Client is content", "Waiting for their word", "Agreed", "Needs watching"],
}
KEY_REASONS = {
    VI: "Doanh thu lớn, có ảnh hưởng trong ngành và còn nhiều dư địa phát triển.",
    EN: "Large revenue, a name that opens doors, and room to grow.",
}
