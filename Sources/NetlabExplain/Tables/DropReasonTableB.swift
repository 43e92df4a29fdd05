extension ExplanationTables {
    /// More reasons for which the kernel drops packets.
    static let dropReasonsB = """
        QDISC_OVERLIMIT: The queue of an active queue management discipline was full.
          with: qdisc:dropped
          since: after 6.12, by 6.18
        QDISC_CONGESTED: Active queue management dropped it to signal congestion.
          with: qdisc:dropped
          since: after 6.12, by 6.18
        CAKE_FLOOD: Cake's protection against floods that do not react.
          with: qdisc:dropped
          since: after 6.12, by 6.18
        FQ_BAND_LIMIT: The share of one priority band of fq was full.
          with: qdisc:dropped
          since: after 6.12, by 6.18
        FQ_HORIZON_LIMIT: Timestamped too far in the future for fq.
          with: qdisc:dropped
          since: after 6.12, by 6.18
        FQ_FLOW_LIMIT: One flow had too many packets queued in fq.
          with: qdisc:dropped
          since: after 6.12, by 6.18
        CPU_BACKLOG: A CPU's backlog was full, or one flow had filled more than its share.
          with: softnet:dropped, softnet:flow_limit_count
          at: net/core/dev.c: enqueue_to_backlog
          since: between 5.17 and 6.1
        XDP: An XDP program run by the kernel could not pass it on to where it should go. Deliberate drops
            by XDP give no reason.
          at: net/core/dev.c: do_xdp_generic
          since: between 5.17 and 6.1
        TC_INGRESS: A tc filter, action or BPF program dropped it on arrival.
          at: net/core/dev.c: sch_handle_ingress
          since: between 5.17 and 6.1
        UNHANDLED_PROTO: No protocol of the kernel takes this kind of frame or message.
          at: net/core/dev.c: __netif_receive_skb_core; net/ipv4/icmp.c: icmp_rcv; net/ipv6/exthdrs.c:
            ip6_tlvopt_unknown; net/ipv6/ip6_input.c: ip6_rcv_core
          since: between 5.17 and 6.1
        SKB_CSUM: A checksum is wrong, as a raw socket or tap device found.
          since: between 5.17 and 6.1
        SKB_GSO_SEG: A super-packet could not be cut into segments.
          since: between 5.17 and 6.1
        SKB_UCOPY_FAULT: The data could not be copied from the program's memory.
          since: between 5.17 and 6.1
        DEV_HDR: The header that a program put before the packet for a tap device is wrong.
          since: between 5.17 and 6.1
        DEV_READY: The device is not up, or its other end is gone.
          with: link:tx_dropped
          since: between 5.17 and 6.1
        FULL_RING: The ring of the device was full: the program behind a tun or tap device reads too slowly.
          with: link:tx_dropped
          since: between 5.17 and 6.1
        NOMEM: Memory could not be had.
          since: between 5.17 and 6.1
        HDR_TRUNC: A tun or tap device got less than a header.
          since: between 5.17 and 6.1
        TAP_FILTER: The BPF filter of a tun or tap device took the packet out.
          since: between 5.17 and 6.1
        TAP_TXFILTER: The address filter of a tap device took the packet out.
          since: between 5.17 and 6.1
        ICMP_CSUM: The ICMP checksum is wrong.
          with: Icmp.InCsumErrors, Icmp6.InCsumErrors
          at: net/ipv4/icmp.c: icmp_rcv; net/ipv6/icmp.c: icmpv6_rcv
          since: between 5.17 and 6.1
        INVALID_PROTO: Not allowed in this place: an echo request to a broadcast address, for example.
          at: net/ipv4/icmp.c: icmp_rcv; net/ipv4/route.c: ip_mc_validate_source, ip_route_input_slow;
            net/ipv6/exthdrs.c: ipv6_dest_hao
          since: between 5.17 and 6.1
        IP_INADDRERRORS: Not for this node, and it does not forward.
          with: Ip.InAddrErrors
          at: net/ipv4/route.c: ip_error; net/ipv6/ip6_input.c: ip6_protocol_deliver_rcu;
            net/ipv6/ip6_output.c: ip6_forward; net/ipv6/route.c: ip6_pkt_drop
          since: between 5.17 and 6.1
        IP_INNOROUTES: A router found no route for it.
          with: IpExt.InNoRoutes, Ip6.InNoRoutes
          at: net/ipv4/route.c: ip_error; net/ipv6/route.c: ip6_pkt_drop
          since: between 5.17 and 6.1
        IP_LOCAL_SOURCE: It came from outside with one of this node's own addresses as its source.
          with: log:martian-source
          at: net/ipv4/fib_frontend.c: __fib_validate_source, fib_validate_source
          since: after 6.12, by 6.18
        IP_INVALID_SOURCE: Its source address cannot be that of a sender: multicast, broadcast or zero.
          with: rt_cache:in_martian_src
          at: net/ipv4/fib_frontend.c: __fib_validate_source; net/ipv4/route.c: ip_mc_validate_source,
            ip_route_input_slow, ip_route_use_hint
          since: after 6.12, by 6.18
        IP_LOCALNET: A loopback address that came from outside.
          at: net/ipv4/route.c: ip_mc_validate_source, ip_route_input_slow, ip_route_use_hint
          since: after 6.12, by 6.18
        IP_INVALID_DEST: Its destination address cannot be one.
          with: rt_cache:in_martian_dst
          at: net/ipv4/route.c: ip_route_input_slow
          since: after 6.12, by 6.18
        PKT_TOO_BIG: Larger than the MTU of the next link, and it must not be cut.
          with: Ip.FragFails, Ip6.InTooBigErrors
          at: net/ipv4/ip_forward.c: ip_forward; net/ipv6/ip6_output.c: ip6_forward, ip6_xmit;
            net/openvswitch/actions.c: do_output; net/xfrm/xfrm_iptfs.c: iptfs_output_collect,
            iptfs_output_queued
          since: between 5.17 and 6.1
        DUP_FRAG: A fragment that was there already.
          at: net/ipv4/ip_fragment.c: ip_frag_queue; net/ipv6/netfilter/nf_conntrack_reasm.c:
            nf_ct_frag6_queue; net/ipv6/reassembly.c: ip6_frag_queue
          since: after 6.1, by 6.12
        FRAG_REASM_TIMEOUT: Other fragments of its datagram did not come in time.
          with: Ip.ReasmTimeout, Ip6.ReasmTimeout
          at: include/net/ipv6_frag.h: ip6frag_expire_frag_queue; net/ipv4/inet_fragment.c:
            inet_frag_destroy, inet_frag_queue_flush; net/ipv4/ip_fragment.c: ip_expire;
            net/xfrm/xfrm_iptfs.c: iptfs_drop_timer
          since: after 6.1, by 6.12
        FRAG_TOO_FAR: Too many other datagrams of the same sender came in between (ipfrag_max_dist).
          at: net/ipv4/ip_fragment.c: ip_frag_reinit
          since: after 6.1, by 6.12
        TCP_MINTTL: It had come over more routers than the socket allows.
          with: TcpExt.TCPMinTTLDrop
          at: net/ipv4/tcp_ipv4.c: tcp_v4_rcv; net/ipv6/tcp_ipv6.c: tcp_v6_rcv
          since: after 6.1, by 6.12
        IPV6_BAD_EXTHDR: The packet quoted in an ICMPv6 error has a broken extension header.
          at: net/ipv6/icmp.c: icmpv6_notify
          since: after 6.1, by 6.12
        IPV6_NDISC_FRAG: Neighbour discovery that came in fragments, which is not allowed.
          at: net/ipv6/ndisc.c: ndisc_rcv
          since: after 6.1, by 6.12
        IPV6_NDISC_HOP_LIMIT: Neighbour discovery that had passed a router, which is not allowed.
          at: net/ipv6/ndisc.c: ndisc_rcv
          since: after 6.1, by 6.12
        IPV6_NDISC_BAD_CODE: Neighbour discovery with a code that has no meaning.
          at: net/ipv6/ndisc.c: ndisc_rcv
          since: after 6.1, by 6.12
        IPV6_NDISC_BAD_OPTIONS: Neighbour discovery with broken options.
          at: net/ipv6/ndisc.c: ndisc_recv_na, ndisc_recv_ns, ndisc_recv_rs, ndisc_redirect_rcv,
            ndisc_router_discovery
          since: after 6.1, by 6.12
        IPV6_NDISC_NS_OTHERHOST: A question for an address that is not ours.
          at: net/ipv6/ndisc.c: ndisc_recv_ns
          since: after 6.1, by 6.12
        QUEUE_PURGE: Left in a queue that was emptied, as happens at every ordinary close of a connection.
          at: include/linux/skbuff.h: __skb_queue_purge, skb_queue_purge; net/sched/sch_cake.c:
            cake_clear_tin
          since: after 6.1, by 6.12
        TC_COOKIE_ERROR: Hardware and tc disagree about how far a packet had got.
          at: net/sched/cls_api.c: __tcf_classify, tcf_classify
          since: after 6.1, by 6.12
        PACKET_SOCK_ERROR: The copy for a capturing program found no room. Only the copy is lost.
          at: net/packet/af_packet.c: packet_rcv, tpacket_rcv
          since: after 6.1, by 6.12
        TC_CHAIN_NOTFOUND: A tc action leads to a chain that is not there.
          at: net/sched/act_api.c: tcf_action_exec; net/sched/cls_api.c: tcf_classify
          since: after 6.1, by 6.12
        TC_RECLASSIFY_LOOP: Sent round by tc filters too often.
          at: net/sched/cls_api.c: __tcf_classify
          since: after 6.1, by 6.12
        VXLAN_INVALID_HDR: The vxlan header is wrong.
          since: after 6.1, by 6.12
        VXLAN_VNI_NOT_FOUND: Nobody here has that vxlan network.
          since: after 6.1, by 6.12
        MAC_INVALID_SOURCE: Its source link-layer address cannot be one: multicast or zero.
          since: after 6.1, by 6.12
        VXLAN_ENTRY_EXISTS: The vxlan device knows its sender from elsewhere, by a fixed entry.
          since: after 6.1, by 6.12
        NO_TX_TARGET: A bridge or vxlan device had nobody to send it to.
          since: after 6.1, by 6.12
        IP_TUNNEL_ECN: The tunnel met congestion, and the packet inside cannot carry that mark.
          since: after 6.1, by 6.12
        TUNNEL_TXINFO: A tunnel that is told the destination with each packet was not told.
          since: after 6.1, by 6.12
        LOCAL_MAC: Its sender claims our own link-layer address.
          since: after 6.1, by 6.12
        ARP_PVLAN_DISABLE: An ARP request for somebody behind the interface it came in by; proxy ARP answers
            those only if told to (proxy_arp_pvlan).
          at: net/ipv4/route.c: __mkroute_input
          since: after 6.12, by 6.18
        MAC_IEEE_MAC_CONTROL: A control frame of Ethernet, which bridges do not pass on.
          at: net/bridge/br_input.c: br_handle_frame
          since: after 6.12, by 6.18
        BRIDGE_INGRESS_STP_STATE: The bridge port is blocking or learning: the spanning tree does not let it
            forward.
          at: net/bridge/br_input.c: br_handle_frame, br_handle_frame_finish
          since: after 6.12, by 6.18
        CAN_RX_INVALID_FRAME: A broken CAN frame.
          at: net/can/af_can.c: can_rcv
          since: after 6.12, by 6.18
        CANFD_RX_INVALID_FRAME: A broken CAN FD frame.
          at: net/can/af_can.c: canfd_rcv
          since: after 6.12, by 6.18
        CANXL_RX_INVALID_FRAME: A broken CAN XL frame.
          at: net/can/af_can.c: canxl_rcv
          since: after 6.12, by 6.18
        PFMEMALLOC: Received into emergency memory, to which its socket has no right.
          with: TcpExt.PFMemallocDrop
          at: net/core/dev.c: __netif_receive_skb_core; net/core/filter.c: sk_filter_trim_cap;
            net/core/sock.c: __sk_receive_skb; net/ipv4/tcp_ipv4.c: tcp_add_backlog
          since: after 6.12, by 6.18
        DUALPI2_STEP_DROP: The low-latency queue of dualpi2 was over its threshold.
          with: qdisc:dropped
          since: after 6.12, by 6.18
        PSP_INPUT: Its PSP protection is not what the socket demands.
          at: include/net/psp/functions.h: __psp_sk_rx_policy_check
          since: after 6.12, by 6.18
        PSP_OUTPUT: It could not be sent with the PSP protection that the socket demands.
          at: net/psp/psp_sock.c: psp_validate_xmit
          since: after 6.12, by 6.18
        RECURSION_LIMIT: Virtual devices passed it to one another too often: most likely a loop.
          at: include/net/ip6_tunnel.h: ip6tunnel_xmit; net/core/dev.c: __dev_queue_xmit;
            net/ipv4/ip_tunnel_core.c: iptunnel_xmit
          since: after 6.12, by 6.18
        """
}
