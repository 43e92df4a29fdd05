extension ExplanationTables {
    /// Counters and gauges of network devices.
    static let link = """
        rx_packets: Packets that the device received. On a veth these are the ones its peer sent.
          with: Ip.InReceives
        tx_packets: Packets that the device sent. A super-packet that is not cut into segments counts once.
          with: Ip.OutTransmits
        rx_bytes: Bytes received, link-layer headers included.
          with: rx_packets
        tx_bytes: Bytes sent, link-layer headers included.
          with: tx_packets
        rx_errors: Packets that the driver took in and found faulty; the more exact receive errors below are
            part of it.
        tx_errors: Packets that the driver could not send.
        rx_dropped: Packets received and dropped before any protocol saw them: a full ring or backlog,
            nobody to take them, or, on a veth, larger than the receiver's MTU allows.
          with: softnet:dropped, drop:CPU_BACKLOG
          at: net/core/dev.c: __netif_receive_skb_core, enqueue_to_backlog
        tx_dropped: Packets dropped on their way out of the device: carrier gone, peer not up, a full ring
            or qdisc.
          with: qdisc:dropped, drop:QDISC_DROP, drop:FULL_RING
        multicast: Multicast packets received, as far as the driver counts them; veth and tun do not.
          at: net/bridge/br_input.c: br_handle_frame_finish
        collisions: Collisions on the wire; among virtual devices only vxlan counts here, when a tunnel
            leads into itself.
        rx_length_errors: Received frames of a length that cannot be.
          with: rx_errors
        rx_over_errors: Frames lost as the receiver ran over; only hardware counts it.
          with: rx_errors
        rx_crc_errors: Frames that arrived damaged, as their check sequence shows; only hardware counts it.
          with: rx_errors
        rx_frame_errors: Frames whose end did not fall on a byte, or whose inner frame made no sense.
          with: rx_errors
        rx_fifo_errors: Frames lost since the device's own memory was full; only hardware counts it.
          with: rx_errors
        rx_missed_errors: Frames that the device had to let pass as the host offered no buffer; only
            hardware counts it.
        tx_aborted_errors: Packets whose sending was broken off; IPv6 tunnels count here if the outer packet
            was refused.
          with: tx_errors
          at: include/net/ip_tunnels.h: iptunnel_xmit_stats
        tx_carrier_errors: Packets not sent for lack of carrier, or, in tunnels, of a route for the outer
            packet.
          with: tx_errors
        tx_fifo_errors: Packets not sent since the device could not be fed in time; only hardware counts it.
          with: tx_errors
        tx_heartbeat_errors: Missing heartbeats of an old kind of Ethernet; only hardware counts it.
          with: tx_errors
        tx_window_errors: Collisions that came too late; only hardware counts it.
          with: tx_errors
        rx_compressed: Compressed packets received, as on old serial links.
        tx_compressed: Compressed packets sent, as on old serial links.
        rx_nohandler: Packets received on a device that is only a reserve, such as the idle port of a bond.
          at: net/core/dev.c: __netif_receive_skb_core
          since: 4.6
        rx_otherhost_dropped: IP packets that were meant for another host's link-layer address and were seen
            here all the same.
          with: drop:OTHERHOST
          at: net/ipv4/ip_input.c: ip_rcv_core; net/ipv6/ip6_input.c: ip6_rcv_core
          since: 5.19
        mtu: A setting: the largest IP packet, in bytes, that may be sent through the device.
        up: 1 if the device is switched on (ip link set up), 0 if not.
        carrier: 1 if the device says that it has a connection to the other end, 0 if not. A veth has
            carrier while its peer is up.
          with: carrier_changes
        carrier_changes: How often carrier came or went. An outage counts two.
          with: carrier
        """

    /// Spanning tree and multicast of bridges and their ports.
    static let bridge = """
        transition_blk: Times the port stopped forwarding, as the spanning tree or an administrator wanted
            it.
        transition_fwd: Times the port began to forward.
        rx_bpdu: Spanning tree messages received.
        tx_bpdu: Spanning tree messages sent.
        rx_tcn: Notes received that the spanning tree has changed.
        tx_tcn: Notes sent that the spanning tree has changed.
        igmp_v1queries_rx: Questions received about which multicast groups are wanted (IGMP version 1).
        igmp_v1queries_tx: Questions sent about which multicast groups are wanted (IGMP version 1).
        igmp_v2queries_rx: Questions received about which multicast groups are wanted (IGMP version 2).
        igmp_v2queries_tx: Questions sent about which multicast groups are wanted (IGMP version 2).
        igmp_v3queries_rx: Questions received about which multicast groups are wanted (IGMP version 3).
        igmp_v3queries_tx: Questions sent about which multicast groups are wanted (IGMP version 3).
        igmp_v1reports_rx: Notes received that a multicast group is wanted (IGMP version 1).
        igmp_v1reports_tx: Notes passed on that a multicast group is wanted (IGMP version 1).
        igmp_v2reports_rx: Notes received that a multicast group is wanted (IGMP version 2).
        igmp_v2reports_tx: Notes passed on that a multicast group is wanted (IGMP version 2).
        igmp_v3reports_rx: Notes received that a multicast group is wanted (IGMP version 3).
        igmp_v3reports_tx: Notes passed on that a multicast group is wanted (IGMP version 3).
        igmp_leaves_rx: Notes received that a multicast group is no longer wanted (IGMP).
        igmp_leaves_tx: Notes passed on that a multicast group is no longer wanted (IGMP).
        igmp_parse_errors: IGMP messages that made no sense.
        mld_v1queries_rx: Questions received about which multicast groups are wanted (MLD version 1).
        mld_v1queries_tx: Questions sent about which multicast groups are wanted (MLD version 1).
        mld_v2queries_rx: Questions received about which multicast groups are wanted (MLD version 2).
        mld_v2queries_tx: Questions sent about which multicast groups are wanted (MLD version 2).
        mld_v1reports_rx: Notes received that a multicast group is wanted (MLD version 1).
        mld_v1reports_tx: Notes passed on that a multicast group is wanted (MLD version 1).
        mld_v2reports_rx: Notes received that a multicast group is wanted (MLD version 2).
        mld_v2reports_tx: Notes passed on that a multicast group is wanted (MLD version 2).
        mld_leaves_rx: Notes received that a multicast group is no longer wanted (MLD).
        mld_leaves_tx: Notes passed on that a multicast group is no longer wanted (MLD).
        mld_parse_errors: MLD messages that made no sense.
        mcast_bytes_rx: Bytes of multicast frames received.
        mcast_bytes_tx: Bytes of multicast frames sent.
        mcast_packets_rx: Multicast frames received.
        mcast_packets_tx: Multicast frames sent.
        """

    /// Counters and gauges of queueing disciplines.
    static let qdisc = """
        bytes: Bytes that left the queue towards the device.
          with: packets
          at: include/net/sch_generic.h: bstats_update
        packets: Packets that left the queue towards the device; a super-packet counts as its segments.
          at: include/net/sch_generic.h: bstats_update
        dropped: Packets that the queueing discipline threw away, most often since its queue was full.
          with: drop:QDISC_DROP, backlog
          at: include/net/sch_generic.h: qdisc_drop
        overlimits: Times the queue was held back by its rate. Not a loss: the packets wait.
          with: backlog
        requeues: Packets put back as the device could take no more just then.
          at: net/sched/sch_generic.c: dev_requeue_skb
        backlog: Bytes that wait in the queue now. It goes up and down.
          with: qlen
        qlen: Packets that wait in the queue now. It goes up and down.
          with: backlog
        """

    /// /proc/net/softnet_stat.
    static let softnet = """
        processed: Packets that the CPUs took in from devices, for all namespaces together.
          at: net/core/dev.c: __netif_receive_skb_core
        dropped: Packets dropped since a CPU's backlog was full (sysctl net.core.netdev_max_backlog).
          with: drop:CPU_BACKLOG, link:rx_dropped
          at: net/core/dev.c: enqueue_to_backlog
        time_squeeze: Times that receiving had to stop with packets still waiting, as its budget or its time
            was used up (net.core.netdev_budget, netdev_budget_usecs).
          at: net/core/dev.c: net_rx_action
        received_rps: Times that one CPU was woken by another to take over packets (receive packet
            steering).
          at: net/core/dev.c: rps_trigger_softirq
        flow_limit_count: Packets dropped from a flow that filled more than its share of a backlog
            (net.core.flow_limit_cpu_bitmap).
          with: dropped
          at: net/core/dev.c: skb_flow_limit
        backlog_len: Packets that wait in the backlogs of the CPUs now. Nearly always 0 when one looks.
          at: net/core/net-procfs.c: softnet_seq_show
        input_qlen: Packets that wait in the queues that other CPUs fill, now.
          at: net/core/net-procfs.c: softnet_seq_show
          since: 6.4
        process_qlen: Packets that wait in the queues being worked on, now.
          at: net/core/net-procfs.c: softnet_seq_show
          since: 6.4
        """
}
