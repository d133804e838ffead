"""What the demo's contracts, deliveries, issues and requests are called, in Vietnamese and in English."""

from .stories import EN, VI

CONTRACT_TITLES = {
    VI: ["Bảo trì và hỗ trợ", "Thuê máy trạm trọn gói", "Vận hành hạ tầng lưu trữ"],
    EN: ["Support and maintenance", "Workstations as a service", "Storage operations"],
}
MILESTONES = {
    VI: ["Khảo sát hiện trạng", "Lắp đặt đợt một", "Đào tạo người dùng", "Bàn giao và nghiệm thu"],
    EN: ["Survey of the site", "First installation", "User training", "Hand-over and acceptance"],
}
COMMITMENTS = {
    VI: [
        "Kỹ sư trực tại chỗ trong tuần đầu",
        "Báo cáo vận hành mỗi tháng",
        "Tài liệu tiếng Việt cho người dùng",
    ],
    EN: [
        "An engineer on site in the first week",
        "A monthly operations report",
        "A spare unit on their shelf",
    ],
}
FIRST_STEPS = {
    VI: "Gặp đầu mối kỹ thuật, chốt lịch khảo sát, gửi kế hoạch triển khai.",
    EN: "Meet the technical contact, agree the survey, send the delivery plan.",
}
SOLD = {
    VI: "Gói hỗ trợ 12 tháng kèm lắp đặt và đào tạo.",
    EN: "A 12-month support package with installation and training.",
}
LOST_NOTES = {
    VI: "Khách chuyển sang nhà cung cấp của tập đoàn mẹ.",
    EN: "They moved to the supplier of their parent group.",
}
END_REASONS = {VI: "Hai bên thống nhất gộp vào hợp đồng mới", EN: "Merged into a new contract by agreement"}

# category, severity, title, resolution
ISSUES = {
    VI: [
        ("technical", 5, "Máy chủ tự khởi động lại mỗi đêm", "Đã thay bộ nguồn và theo dõi ba đêm ổn định."),
        ("delivery", 3, "Giao thiếu hai máy so với biên bản", "Đã giao bù và ký lại biên bản."),
        (
            "complaint",
            5,
            "Hỗ trợ trả lời quá chậm trong tuần trước",
            "Đã mở kênh riêng, trả lời trong một giờ.",
        ),
        ("billing", 1, "Sai mã số thuế trên hóa đơn", "Đã phát hành hóa đơn thay thế."),
        ("technical", 10, "Cụm lưu trữ ngừng hoạt động", "Đã khôi phục từ bản sao và vá phần mềm."),
        ("conflict", 3, "Kỹ thuật hai bên tranh cãi về phạm vi hỗ trợ", "Đã làm rõ phạm vi bằng phụ lục."),
    ],
    EN: [
        ("technical", 5, "Server restarts every night", "Power supply replaced, three quiet nights since."),
        ("delivery", 3, "Two units missing from the delivery", "Delivered, and the note signed again."),
        (
            "complaint",
            5,
            "Support took two days to answer",
            "A direct channel is open, answers within the hour.",
        ),
        ("billing", 1, "Wrong tax number on the invoice", "A corrected invoice was issued."),
        ("technical", 10, "Storage cluster is down", "Restored from the copy, firmware patched."),
        ("conflict", 3, "Both teams argue about what support covers", "The scope is written into an annex."),
    ],
}
# department, what is asked
REQUESTS = {
    VI: [
        ("production", "Xác nhận ngày giao lô máy bổ sung"),
        ("technical", "Cử kỹ sư kiểm tra tại chỗ"),
        ("finance", "Đối chiếu công nợ quý trước"),
        ("legal", "Rà soát phụ lục gia hạn"),
        ("marketing", "Tài liệu giới thiệu dòng sản phẩm mới"),
    ],
    EN: [
        ("production", "Confirm the date of the extra units"),
        ("technical", "Send an engineer to the site"),
        ("finance", "Reconcile last quarter's receivables"),
        ("legal", "Review the renewal annex"),
        ("marketing", "Material on the new product line"),
    ],
}
ANSWERS = {
    VI: "Đã xếp lịch, sẽ xong trước hạn một ngày.",
    EN: "It is planned and will be ready a day early.",
}
DISPUTES = {
    VI: "Số lượng trên hóa đơn khác biên bản giao nhận",
    EN: "Quantity differs from the delivery note",
}
PROMISE_NOTES = {VI: "Kế toán trưởng hẹn qua điện thoại", EN: "Promised by phone by their accountant"}
ADVICE = {
    VI: (
        "Nâng cấp lưu trữ trước mùa cao điểm thay vì mua thêm máy trạm",
        "Ổ đĩa đã đầy 85%; thêm máy trạm sẽ không giải quyết tình trạng chậm.",
        "Mua thêm máy trạm trong quý này",
    ),
    EN: (
        "Upgrade storage before the peak season instead of buying workstations",
        "Disks are 85% full; more workstations would not cure the slowness.",
        "Buying more workstations this quarter",
    ),
}
APPROVAL_REASONS = {
    VI: "Khách so sánh với báo giá của đối thủ, cam kết mua cả năm.",
    EN: "They compare with a competitor's quote and commit for the whole year.",
}
NEXT_STEPS = {VI: "Gửi báo giá và hẹn ngày trình bày", EN: "Send the quote and agree a date to present it"}
