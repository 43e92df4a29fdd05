/// What `packet:KIND FIELD` can ask for: how many packets of a kind an interface saw, and fields of the latest one.
public enum PacketField {
    /// The kinds, by the words that matches have for them.
    public static var kinds: Set<String> { Set(PacketMatch.words.keys) }

    /// `count` is a counter; the others are gauges, those of TCP options only there if the packet has the option.
    public static let names: Set<String> = [
        "count", "length", "ttl", "tos", "df", "window", "mss", "wscale", "sack_permitted", "timestamp",
        "mtu",
    ]
}
