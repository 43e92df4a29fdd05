extension Netem {
    /// In what the kernel's settings differ from these, each as `name: theirs instead of ours`; empty if it took them all.
    ///
    /// Left out is what a kernel does not show (tables of distributions), and the seed, which only kernels since 6.6 take:
    /// ask for that by itself.
    ///
    /// - Parameter held: what the kernel shows of a qdisc that was given these settings.
    public func differences(from held: Netem) -> [String] {
        zip(Mirror(reflecting: comparable).children, Mirror(reflecting: held.comparable).children).compactMap
        {
            let (asked, shown) = ("\($0.value)", "\($1.value)")
            return asked == shown ? nil : "\($0.label ?? ""): \(shown) instead of \(asked)"
        }
    }

    private var comparable: Netem {
        var netem = self
        netem.distribution = nil
        netem.slots?.distribution = nil
        netem.seed = nil
        // Reordering is asked for with a gap of 1 at least.
        if netem.reorder != .zero { netem.reorderGap = max(reorderGap, 1) }
        return netem
    }
}
