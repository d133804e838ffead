"""What the demo's people wrote with a rating or an override, in Vietnamese and in English."""

from .stories import EN, VI

RED = {
    VI: [
        "Giám đốc mới mang nhà cung cấp cũ theo, hợp đồng năm sau gần như đã có người khác.",
        "Khách không bắt máy ba tuần nay và đang thử hàng của đối thủ tại hai chi nhánh.",
    ],
    EN: [
        "The new director brought his old vendor along; next year's contract is as good as promised to them.",
        "Nobody has picked up for three weeks, and two of their sites are testing a competitor.",
    ],
}
NOTES = {
    2: {
        VI: "Còn giận chuyện giao trễ, cần một buổi gặp trực tiếp.",
        EN: "Still sore about the late delivery; it takes a visit.",
    },
    3: {
        VI: "Mua đều nhưng ít khi mở lòng về kế hoạch.",
        EN: "They buy steadily but keep their plans to themselves.",
    },
    4: {VI: "Hỏi ý kiến mình trước khi lập ngân sách.", EN: "They ask us before they set their budget."},
    5: {VI: "Giới thiệu mình với công ty cùng tập đoàn.", EN: "They introduced us to a sister company."},
}
# Why the score is too high, and why it is too low.
TOO_HIGH = {
    VI: [
        "Giám đốc mua hàng mới chỉ muốn đấu thầu lại từ đầu, số liệu chưa phản ánh.",
        "Họ vừa ký thử nghiệm với đối thủ, điểm số chưa biết chuyện này.",
        "Người ủng hộ mình sắp nghỉ việc, anh ấy nói riêng với tôi tuần trước.",
        "Ngân sách quý tới bị cắt một nửa, khách báo miệng nhưng xin chưa công bố.",
    ],
    EN: [
        "Their new head of purchasing wants to tender everything again; no figure shows that yet.",
        "They have just signed a trial with a competitor, which the score cannot know.",
        "Our champion is leaving; he told me in private last week.",
        "Next quarter's budget is cut by half. They told me, but it is not public yet.",
    ],
}
TOO_LOW = {
    VI: [
        "Công nợ quá hạn là do lỗi hồ sơ bên mình, kế toán khách đã xác nhận trả trong tuần.",
        "Khách đóng cửa nghỉ kiểm kê một tháng nên im lặng, quan hệ vẫn tốt.",
        "Đã thỏa thuận gia hạn bằng lời với tổng giám đốc, đang chờ chữ ký.",
        "Sự cố đã xử lý xong tại chỗ, phiếu chưa kịp đóng.",
    ],
    EN: [
        "The overdue invoice is our own paperwork's fault; their accounting pays this week.",
        "They are closed for a month of stock-taking, hence the silence. All is well.",
        "The renewal is agreed by word with their managing director; the signature follows.",
        "The issue was solved on site, only the ticket is still open.",
    ],
}
