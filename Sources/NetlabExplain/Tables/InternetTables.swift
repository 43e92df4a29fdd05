extension ExplanationTables {
    /// Group Ip of /proc/net/snmp.
    static let ip = """
        Forwarding: A setting shown among the counters: 1 if the node forwards IPv4 packets between its
            interfaces, 2 if it does not.
          with: Ip.ForwDatagrams
          at: net/ipv4/proc.c: snmp_seq_show
          since: by 5.10
        DefaultTTL: A setting shown among the counters: the time to live that packets made by this node
            start with.
          at: net/ipv4/proc.c: snmp_seq_show
          since: by 5.10
        InReceives: IPv4 packets that a device handed to the IP layer, before anything in them was checked.
          with: InDelivers, link:rx_packets
          at: net/ipv4/ip_input.c: ip_rcv_core
          since: by 5.10
        InHdrErrors: Packets thrown away for a header that makes no sense, and packets that a router gave up
            because their time to live ran out.
          with: drop:IP_INHDR, Icmp.OutTimeExcds
          at: net/mptcp/subflow.c: subflow_v6_conn_request; net/bridge/br_netfilter_hooks.c:
            br_validate_ipv4; net/bridge/br_netfilter_ipv6.c: br_validate_ipv6; net/ipv4/ip_forward.c:
            ip_forward; net/ipv4/ip_input.c: ip_rcv_options, ip_rcv_core
          since: by 5.10
        InAddrErrors: Packets that are not for this node and that it may not forward. Look at the sender's
            route, or at ip_forward here.
          with: drop:IP_INADDRERRORS
          at: net/ipv4/route.c: ip_error
          since: by 5.10
        ForwDatagrams: Packets that came in on one interface and were passed on to another.
          with: OutTransmits
          at: net/ipv4/ip_forward.c: ip_forward; net/ipv4/ipmr.c: ipmr_forward_finish
          since: by 5.10
        InUnknownProtos: Packets whose protocol number nobody on this node takes. The sender usually gets a
            "protocol unreachable".
          with: Icmp.OutDestUnreachs
          at: net/ipv4/ip_input.c: ip_protocol_deliver_rcu
          since: by 5.10
        InDiscards: Sound packets that were dropped because memory for handling them could not be had. Very
            rare.
          at: net/bridge/br_netfilter_hooks.c: br_validate_ipv4; net/bridge/br_netfilter_ipv6.c:
            br_validate_ipv6; net/ipv4/ip_input.c: ip_local_deliver_finish, ip_rcv_options, ip_rcv_core
          since: by 5.10
        InDelivers: Packets that reached a transport protocol of this node: TCP, UDP, ICMP and the like.
          with: InReceives
          at: net/ipv4/ip_input.c: ip_protocol_deliver_rcu
          since: by 5.10
        OutRequests: Packets that protocols of this node asked IP to send; forwarded packets are not among
            them. Before Linux 6.7 those that a rule in OUTPUT drops are left out as well.
          with: OutTransmits
          at: net/ipv4/ip_output.c: __ip_local_out
          since: after 6.1, by 6.12
        OutDiscards: Packets made here that were thrown away before they left, most often by a firewall rule
            in OUTPUT or by a full queue of the device.
          with: drop:NETFILTER_DROP, drop:QDISC_DROP, qdisc:dropped
          at: net/ipv4/raw.c: raw_send_hdrinc; net/ipv4/ip_output.c: __ip_append_data, ip_send_skb
          since: by 5.10
        OutNoRoutes: Attempts to send for which the routing table had no answer. The program sees "Network
            is unreachable".
          with: drop:IP_OUTNOROUTES
          at: net/core/filter.c: bpf_out_neigh_v6; net/ipv4/tcp_ipv4.c: tcp_v4_connect; net/ipv4/udp.c:
            udp_sendmsg; net/ipv4/ping.c: ping_v4_sendmsg; net/ipv4/datagram.c: __ip4_datagram_connect;
            net/ipv4/ip_output.c: __ip_queue_xmit; net/ipv4/inet_connection_sock.c: inet_csk_route_req,
            inet_csk_route_child_sock
          since: by 5.10
        ReasmTimeout: Datagrams that were given up because a fragment had still not come when the time was
            over (ipfrag_time, 30 s).
          with: ReasmFails, drop:FRAG_REASM_TIMEOUT
          at: net/ipv4/ip_fragment.c: ip_expire; include/net/ipv6_frag.h: ip6frag_expire_frag_queue
          since: by 5.10
        ReasmReqds: Fragments that arrived and had to be put together with others.
          with: ReasmOKs, ReasmFails
          at: net/ipv4/ip_fragment.c: ip_defrag
          since: by 5.10
        ReasmOKs: Datagrams that were put together from all their fragments.
          with: ReasmReqds
          at: net/ipv4/ip_fragment.c: ip_frag_reasm
          since: by 5.10
        ReasmFails: Datagrams that could not be put together: a fragment missing, memory for fragments used
            up, or fragments that contradict one another.
          with: ReasmTimeout, ReasmReqds
          at: net/ipv4/ip_fragment.c: ip_expire, ip_frag_too_far, ip_frag_queue, ip_frag_reasm, ip_defrag;
            include/net/ipv6_frag.h: ip6frag_expire_frag_queue
          since: by 5.10
        FragOKs: Datagrams that were cut into fragments to fit an MTU.
          with: FragCreates
          at: net/ipv4/ip_output.c: ip_do_fragment
          since: by 5.10
        FragFails: Datagrams that were too big for an MTU and must not be cut, since "don't fragment" is
            set. A router then reports the MTU to the sender.
          with: Icmp.OutDestUnreachs, drop:PKT_TOO_BIG
          at: net/bridge/br_netfilter_hooks.c: br_nf_ip_fragment; net/ipv4/ip_forward.c: ip_forward;
            net/ipv4/ip_output.c: ip_fragment, ip_do_fragment; net/ipv4/ipmr.c: ipmr_prepare_xmit
          since: by 5.10
        FragCreates: Fragments that were made by cutting datagrams.
          with: FragOKs
          at: net/ipv4/ip_output.c: ip_do_fragment
          since: by 5.10
        OutTransmits: Packets that IP handed on towards a device, forwarded ones and fragments included.
          with: OutRequests, ForwDatagrams
          at: net/ipv4/ip_output.c: ip_finish_output2
          since: after 6.1, by 6.12
        """

    /// Group IpExt of /proc/net/netstat.
    static let ipExt = """
        InNoRoutes: Packets that came to be forwarded and for which there is no route. The sender gets
            "network unreachable".
          with: drop:IP_INNOROUTES, Icmp.OutDestUnreachs
          at: net/ipv4/route.c: ip_error
          since: by 5.10
        InTruncatedPkts: Packets that are shorter than their own length field says.
          at: net/bridge/br_netfilter_hooks.c: br_validate_ipv4; net/bridge/br_netfilter_ipv6.c:
            br_validate_ipv6; net/ipv4/ip_input.c: ip_rcv_core
          since: by 5.10
        InMcastPkts: Multicast packets that were received.
          with: InMcastOctets
          at: net/ipv4/ip_input.c: ip_rcv_finish_core
          since: by 5.10
        OutMcastPkts: Multicast packets that were sent.
          with: OutMcastOctets
          at: net/ipv4/ip_output.c: ip_finish_output2
          since: by 5.10
        InBcastPkts: Broadcast packets that were received.
          with: InBcastOctets
          at: net/ipv4/ip_input.c: ip_rcv_finish_core
          since: by 5.10
        OutBcastPkts: Broadcast packets that were sent.
          with: OutBcastOctets
          at: net/ipv4/ip_output.c: ip_finish_output2
          since: by 5.10
        InOctets: Bytes of IPv4 packets received, headers included.
          with: Ip.InReceives
          at: net/ipv4/ip_input.c: ip_rcv_core
          since: by 5.10
        OutOctets: Bytes of IPv4 packets sent, headers included.
          with: Ip.OutTransmits
          at: net/ipv4/ip_output.c: ip_finish_output2
          since: by 5.10
        InMcastOctets: Bytes of multicast packets received.
          at: net/ipv4/ip_input.c: ip_rcv_finish_core
          since: by 5.10
        OutMcastOctets: Bytes of multicast packets sent.
          at: net/ipv4/ip_output.c: ip_finish_output2
          since: by 5.10
        InBcastOctets: Bytes of broadcast packets received.
          at: net/ipv4/ip_input.c: ip_rcv_finish_core
          since: by 5.10
        OutBcastOctets: Bytes of broadcast packets sent.
          at: net/ipv4/ip_output.c: ip_finish_output2
          since: by 5.10
        InCsumErrors: Packets whose IPv4 header checksum is wrong: damaged on the way, or changed by
            something that did not correct the sum.
          with: Ip.InHdrErrors, drop:IP_CSUM
          at: net/bridge/br_netfilter_hooks.c: br_validate_ipv4; net/ipv4/ip_input.c: ip_rcv_core
          since: by 5.10
        InNoECTPkts: Packets received whose sender does not take part in explicit congestion notification.
            In most networks that is all of them. A super-packet counts once per segment.
          at: net/ipv4/ip_input.c: ip_rcv_core
          since: by 5.10
        InECT1Pkts: Packets received with the mark ECT(1), as senders of L4S use it.
          at: net/ipv4/ip_input.c: ip_rcv_core
          since: by 5.10
        InECT0Pkts: Packets received with the mark ECT(0): the sender understands congestion marks.
          at: net/ipv4/ip_input.c: ip_rcv_core
          since: by 5.10
        InCEPkts: Packets received with a congestion mark: a router or qdisc marked them instead of dropping
            them.
          with: TcpExt.TCPDeliveredCE
          at: net/ipv4/ip_input.c: ip_rcv_core
          since: by 5.10
        ReasmOverlaps: Fragments that overlap with others of their datagram, which no honest sender makes.
            The whole datagram is dropped.
          with: Ip.ReasmFails
          at: net/ipv4/ip_fragment.c: ip_frag_queue
          since: by 5.10
        """

    /// Counters Ip6… of /proc/net/snmp6.
    static let ip6 = """
        InReceives: IPv6 packets that a device handed to the IP layer, before anything in them was checked.
          with: InDelivers, link:rx_packets
          at: net/ipv6/ip6_input.c: ip6_rcv_core
          since: by 5.10
        InHdrErrors: Packets thrown away for a header that makes no sense, and packets that a router gave up
            because their hop limit ran out.
          with: drop:IP_INHDR, Icmp6.OutTimeExcds
          at: net/mptcp/subflow.c: subflow_v6_conn_request; net/ipv6/ip6_output.c: ip6_forward;
            net/ipv6/ip6_input.c: ip6_rcv_core; net/ipv6/tcp_ipv6.c: tcp_v6_conn_request;
            net/ipv6/reassembly.c: ipv6_frag_rcv; net/ipv6/exthdrs.c: ipv6_destopt_rcv, ipv6_srh_rcv,
            ipv6_rpl_srh_rcv; …
          since: by 5.10
        InTooBigErrors: Packets too big for the MTU of the link they should be forwarded to. IPv6 routers
            never cut packets; the sender is told the MTU.
          with: Icmp6.OutPktTooBigs, drop:PKT_TOO_BIG
          at: net/ipv6/ip6_output.c: ip6_forward
          since: by 5.10
        InNoRoutes: Packets that came in and for which there is no route.
          with: drop:IP_INNOROUTES, Icmp6.OutDestUnreachs
          at: net/ipv6/route.c: ip6_pkt_drop, ip6_pkt_discard, ip6_pkt_prohibit
          since: by 5.10
        InAddrErrors: Packets with an address that may not be forwarded or accepted here, such as a
            link-local one coming through a router.
          with: drop:IP_INADDRERRORS
          at: net/ipv6/ip6_output.c: ip6_forward; net/ipv6/route.c: ip6_pkt_drop; net/ipv6/exthdrs.c:
            ipv6_rthdr_rcv
          since: by 5.10
        InUnknownProtos: Packets with a next header that nobody on this node takes.
          with: Icmp6.OutParmProblems
          at: net/ipv6/ip6_input.c: ip6_protocol_deliver_rcu
          since: by 5.10
        InTruncatedPkts: Packets that are shorter than their own length field says.
          at: net/ipv6/ip6_input.c: ip6_rcv_core; net/bridge/br_netfilter_hooks.c: br_validate_ipv4;
            net/bridge/br_netfilter_ipv6.c: br_validate_ipv6
          since: by 5.10
        InDiscards: Packets that were sound but were dropped: IPv6 is switched off on the interface, or
            memory was short.
          with: drop:IPV6DISABLED
          at: net/ipv6/ip6_output.c: ip6_forward; net/ipv6/ip6_input.c: ip6_rcv_core,
            ip6_protocol_deliver_rcu, ip6_input_finish; net/bridge/br_netfilter_hooks.c: br_validate_ipv4;
            net/bridge/br_netfilter_ipv6.c: br_validate_ipv6
          since: by 5.10
        InDelivers: Packets that reached a transport protocol of this node: TCP, UDP, ICMPv6 and the like.
          with: InReceives
          at: net/ipv6/ip6_input.c: ip6_protocol_deliver_rcu
          since: by 5.10
        OutForwDatagrams: Packets that came in on one interface and were passed on to another.
          with: OutTransmits
          at: net/ipv6/ip6_output.c: ip6_forward; net/ipv6/ip6mr.c: ip6mr_forward2_finish
          since: by 5.10
        OutRequests: Packets that protocols of this node asked IPv6 to send, neighbour discovery and
            multicast reports included.
          with: OutTransmits
          at: net/ipv6/ip6_output.c: ip6_xmit, __ip6_make_skb; net/ipv6/raw.c: rawv6_send_hdrinc;
            net/ipv6/ndisc.c: ndisc_send_skb; net/ipv6/mcast.c: mld_sendpack, igmp6_send
          since: after 6.1, by 6.12
        OutDiscards: Packets that were thrown away before they left: by a firewall rule in OUTPUT, a full
            queue, or missing memory.
          with: drop:NETFILTER_DROP, drop:QDISC_DROP
          at: net/ipv6/ip6_output.c: ip6_finish_output2, ip6_output, ip6_xmit, ip6_forward,
            __ip6_append_data, ip6_send_skb, __ip6_flush_pending_frames; net/ipv6/raw.c: rawv6_send_hdrinc;
            …
          since: by 5.10
        OutNoRoutes: Attempts to send for which the routing table had no answer.
          with: drop:IP_OUTNOROUTES
          at: net/ipv6/ip6_output.c: ip6_finish_output2, ip6_dst_lookup_tail; net/ipv6/netfilter.c:
            ip6_route_me_harder; net/ipv6/route.c: ip6_pkt_drop, ip6_pkt_discard_out, ip6_pkt_prohibit_out;
            net/ipv6/icmp.c: icmpv6_xrlim_allow; net/core/filter.c: bpf_out_neigh_v6
          since: by 5.10
        ReasmTimeout: Datagrams that were given up because a fragment had still not come when the time was
            over (ip6frag_time, 60 s).
          with: ReasmFails, drop:FRAG_REASM_TIMEOUT
          at: include/net/ipv6_frag.h: ip6frag_expire_frag_queue
          since: by 5.10
        ReasmReqds: Fragments that arrived and had to be put together with others.
          with: ReasmOKs, ReasmFails
          at: net/ipv6/reassembly.c: ipv6_frag_rcv
          since: by 5.10
        ReasmOKs: Datagrams that were put together from all their fragments.
          with: ReasmReqds
          at: net/ipv6/reassembly.c: ip6_frag_reasm, ipv6_frag_rcv
          since: by 5.10
        ReasmFails: Datagrams that could not be put together: a fragment missing, memory for fragments used
            up, or fragments that overlap.
          with: ReasmTimeout, ReasmReqds
          at: net/ipv6/reassembly.c: ip6_frag_queue, ip6_frag_reasm, ipv6_frag_rcv; include/net/ipv6_frag.h:
            ip6frag_expire_frag_queue
          since: by 5.10
        FragOKs: Datagrams that this node cut into fragments. In IPv6 only the sender does that.
          with: FragCreates
          at: net/ipv6/ip6_output.c: ip6_fragment
          since: by 5.10
        FragFails: Datagrams that were too big and could not be cut.
          with: InTooBigErrors
          at: net/ipv6/ip6_output.c: ip6_xmit, ip6_forward, ip6_fragment; net/bridge/br_netfilter_hooks.c:
            br_nf_ip_fragment
          since: by 5.10
        FragCreates: Fragments that were made by cutting datagrams.
          with: FragOKs
          at: net/ipv6/ip6_output.c: ip6_fragment
          since: by 5.10
        InMcastPkts: Multicast packets received; neighbour solicitations are among them.
          at: net/ipv6/ip6_input.c: ip6_mc_input
          since: by 5.10
        OutMcastPkts: Multicast packets sent; an interface that comes up sends several by itself.
          with: Icmp6.OutMLDv2Reports, Icmp6.OutRouterSolicits
          at: net/ipv6/ip6_output.c: ip6_finish_output2
          since: by 5.10
        InOctets: Bytes of IPv6 packets received, headers included.
          at: net/ipv6/ip6_input.c: ip6_rcv_core
          since: by 5.10
        OutOctets: Bytes of IPv6 packets sent, headers included.
          at: net/ipv6/ip6_output.c: ip6_finish_output2
          since: by 5.10
        InMcastOctets: Bytes of multicast packets received.
          at: net/ipv6/ip6_input.c: ip6_mc_input
          since: by 5.10
        OutMcastOctets: Bytes of multicast packets sent.
          at: net/ipv6/ip6_output.c: ip6_finish_output2
          since: by 5.10
        InBcastOctets: Always 0, as IPv6 has no broadcast; the column exists for symmetry with IPv4.
          since: by 5.10
        OutBcastOctets: Always 0, as IPv6 has no broadcast; the column exists for symmetry with IPv4.
          since: by 5.10
        InNoECTPkts: Packets received whose sender does not take part in explicit congestion notification.
          at: net/ipv6/ip6_input.c: ip6_rcv_core
          since: by 5.10
        InECT1Pkts: Packets received with the mark ECT(1), as senders of L4S use it.
          at: net/ipv6/ip6_input.c: ip6_rcv_core
          since: by 5.10
        InECT0Pkts: Packets received with the mark ECT(0): the sender understands congestion marks.
          at: net/ipv6/ip6_input.c: ip6_rcv_core
          since: by 5.10
        InCEPkts: Packets received with a congestion mark: a router or qdisc marked them instead of dropping
            them.
          with: TcpExt.TCPDeliveredCE
          at: net/ipv6/ip6_input.c: ip6_rcv_core
          since: by 5.10
        OutTransmits: Packets that IPv6 handed on towards a device, forwarded ones and fragments included.
          with: OutRequests, OutForwDatagrams
          at: net/ipv6/ip6_output.c: ip6_finish_output2
          since: after 6.1, by 6.12
        """
}
