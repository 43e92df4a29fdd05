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
        ethtool: What the device's driver counts of its own accord, by the driver's own name for it.
        impair: Packets of the link that the named impairment touched; offered, delivered and dropped are
            those of the link as a whole.
        packet: A field of packets of that kind, as they were seen at the interface.
        log: Lines of that kind in the kernel's log. The log belongs to the whole machine.
        """

    /// What the veth driver and the page pool count for each queue.
    static let driver = """
        peer_ifindex: No count: the index of the device at the other end of the veth pair, in its own
            namespace.
        rx_queue_N_xdp_packets: Packets that this receive queue of a veth handed to an XDP program.
          since: 5.5
        rx_queue_N_xdp_bytes: Bytes of the packets that this receive queue handed to an XDP program.
          since: 5.5
        rx_queue_N_drops: Packets that this receive queue lost for lack of memory while it prepared them for
            XDP or GRO.
          with: link:rx_dropped
          since: 5.5
        rx_queue_N_xdp_redirect: Packets that an XDP program on this receive queue sent to another device.
          since: 5.5
        rx_queue_N_xdp_drops: Packets that an XDP program on this receive queue dropped.
          since: 5.5
        rx_queue_N_xdp_tx: Packets that an XDP program on this receive queue sent back the way they came.
          since: 5.5
        rx_queue_N_xdp_tx_errors: Packets that an XDP program wanted to send back and that did not go out.
          since: 5.5
        tx_queue_N_xdp_xmit: Packets that other devices redirected into this veth queue by XDP.
          since: 5.7
        tx_queue_N_xdp_xmit_errors: Packets that were redirected into this veth queue and found no room.
          since: 5.7
        rx_pp_alloc_fast: Receive pages that the page pools of the device had at hand.
          since: 5.18
        rx_pp_alloc_slow: Receive pages that the page pools had to fetch one by one from the page allocator.
          since: 5.18
        rx_pp_alloc_slow_ho: Receive pages of a higher order that had to come from the page allocator.
          since: 5.18
        rx_pp_alloc_empty: Times that a page pool was empty, so that pages had to be allocated.
          since: 5.18
        rx_pp_alloc_refill: Times that the fast cache of a page pool was filled again from its ring.
          since: 5.18
        rx_pp_alloc_waive: Recycled pages that a page pool refused, as they were of another memory node.
          since: 5.18
        rx_pp_recycle_cached: Pages that went back into the fast cache of a page pool.
          since: 5.18
        rx_pp_recycle_cache_full: Pages that did not fit into the fast cache any more.
          since: 5.18
        rx_pp_recycle_ring: Pages that went back into the ring of a page pool.
          since: 5.18
        rx_pp_recycle_ring_full: Pages set free since the ring of the page pool was full.
          since: 5.18
        rx_pp_recycle_released_ref: Pages not recycled, as somebody else still held them.
          since: 5.18
        """

    /// Classes, and queueing disciplines below the root.
    static let trafficClass = """
        bytes: Bytes that left the class or the inner queue.
          with: packets
        packets: Packets that left the class or the inner queue.
          with: bytes
        dropped: Packets that the class or the inner queue threw away.
          with: qdisc:dropped, drop:QDISC_DROP
        overlimits: Times that the class was held back by its rate.
          with: backlog
        requeues: Packets put back as the device could take no more just then.
        backlog: Bytes that wait in the class now. It goes up and down.
          with: qlen
        qlen: Packets that wait in the class now. It goes up and down.
          with: backlog
        """

    /// Actions of filters.
    static let filter = """
        bytes: Bytes of the packets on which the actions of these filters worked.
          with: packets
        packets: Packets on which the actions of these filters worked.
          with: bytes
        dropped: Packets that the actions of these filters dropped.
          with: drop:TC_INGRESS, drop:TC_EGRESS
        overlimits: Packets that exceeded what an action allows, such as the rate of a policer.
          with: dropped
        """

    /// Named sets of nftables.
    static let set = """
        elements: How many elements the set holds now.
        packets: Packets that the counters of the set's elements have counted together.
          with: bytes
        bytes: Bytes that the counters of the set's elements have counted together.
          with: packets
        """
}
