/// Which modules of a distribution's kernel a lab can have a use for: about one in three, a tenth of the bytes.
enum ModuleSelection {
    /// Whether a file of a module folder is kept; what a kept one depends on is kept besides.
    static func keeps(_ path: String) -> Bool {
        guard ModuleName.ofFile(path) != nil else { return false }
        if folders.contains(where: { path.hasPrefix($0) }) {
            return !excluded.contains { path.hasPrefix($0) }
        }
        return drivers.contains { path.hasPrefix("kernel/drivers/\($0).ko") }
            || driverFolders.contains { path.hasPrefix("kernel/drivers/\($0)/") }
    }

    private static let folders = ["kernel/net/", "kernel/crypto/", "kernel/lib/"]

    /// Protocols that no lab of namespaces speaks, and tests of the kernel's own.
    private static let excluded =
        [
            "6lowpan", "802/p8023", "9p", "appletalk", "atm", "ax25", "batman-adv", "bluetooth", "caif",
            "can",
            "ceph", "dccp", "ieee802154", "lapb", "mac80211", "mac802154", "netrom", "nfc", "openvswitch",
            "phonet", "qrtr", "rds", "rose", "rxrpc", "smc", "sunrpc", "tipc", "wireless", "x25",
        ].map { "kernel/net/\($0)" } + [
            "kernel/crypto/tcrypt", "kernel/lib/test", "kernel/lib/raid6", "kernel/lib/zstd",
            "kernel/lib/memory-",
            "kernel/lib/pm-",
        ]

    private static let drivers = [
        "net/dummy", "net/geneve", "net/ifb", "net/macsec", "net/macvlan", "net/macvtap", "net/net_failover",
        "net/nlmon", "net/tap", "net/tun", "net/veth", "net/virtio_net", "net/vrf", "net/vxlan",
        "char/virtio_console", "char/hw_random/rng-core", "char/hw_random/virtio-rng",
    ]
    private static let driverFolders = [
        "net/bonding", "net/ipvlan", "net/macvlan", "net/netdevsim", "net/team", "net/vxlan", "net/wireguard",
        "virtio",
    ]
}
