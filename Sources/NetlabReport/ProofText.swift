import NetlabModel

/// Proofs in text: for each phase whether it fails without its change, and which expectations know the difference.
public enum ProofText {
    public static func render(
        _ proofs: [Proof], name: String, style: ReportStyle = ReportStyle()
    ) -> String {
        var page = TextPage(style)
        for proof in proofs {
            page.gap()
            page.paragraph(
                proof.outcome.mark + " " + StyledText(name, .name) + "  ", proof.cause, proof.outcome.ink)
            for expectation in proof.expectations {
                let mark: StyledText =
                    expectation.discriminates
                    ? StyledText("tells     ", .good) : StyledText("holds too ", .faint)
                let isOpen = expectation.withFault != .passed
                page.paragraph(
                    "  " + (isOpen ? StyledText("open      ", .doubtful) : mark), expectation.text,
                    expectation.discriminates ? .strong : .plain)
                page.paragraph("            ", "without the change: \(expectation.finding)", .faint)
            }
        }
        if proofs.isEmpty {
            page.paragraph("", "\(name) has no fault phase, so there is nothing to prove", .doubtful)
        }
        return page.render()
    }
}
