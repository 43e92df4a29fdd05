extension ExplanationTables {
    /// Families whose names are chosen by a scenario or by the network; one text for the family.
    static let wholeFamilies = """
        pmtu: The largest packet, in bytes, that is known to get through to this address, as a router on the
            path has said. There is a value only while the node remembers it.
          with: Icmp.InDestUnreachs, Icmp6.InPktTooBigs
        metrics: What the node remembers of earlier TCP connections to this address and begins new ones
            with: rtt and rttvar in microseconds, ssthresh and cwnd in segments, reordering.
        rule: Packets that the named firewall rule matched.
          with: drop:NETFILTER_DROP
        impair: Packets of the link that the named impairment touched; offered, delivered and dropped are
            those of the link as a whole.
        packet: A field of packets of that kind, as they were seen at the interface.
        log: Lines of that kind in the kernel's log. The log belongs to the whole machine.
        """
}
