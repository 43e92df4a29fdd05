extension ExplanationTables {
    /// Group Tcp of /proc/net/snmp.
    static let tcp = """
        RtoAlgorithm: A constant: the number that RFC 1213 gave to Van Jacobson's way of setting
            retransmission time-outs.
          at: include/net/tcp.h: tcp_mib_init
          since: by 5.10
        RtoMin: A constant of this table, in milliseconds; what connections really use follows the route and
            tcp_rto_min_us.
          at: include/net/tcp.h: tcp_mib_init
          since: by 5.10
        RtoMax: A constant of this table, in milliseconds; what connections really use may be less.
          at: include/net/tcp.h: tcp_mib_init
          since: by 5.10
        MaxConn: A constant: -1, as the number of connections has no fixed limit.
          at: include/net/tcp.h: tcp_mib_init
          since: by 5.10
        ActiveOpens: Connections that programs of this node began with connect().
          with: AttemptFails, CurrEstab
          at: net/ipv4/tcp_output.c: tcp_connect
          since: by 5.10
        PassiveOpens: Connections that a listener of this node took on; counted when the handshake is
            complete, whether or not a program has accepted yet.
          with: TcpExt.ListenOverflows
          at: net/ipv4/tcp_minisocks.c: tcp_create_openreq_child
          since: by 5.10
        AttemptFails: Connections that ended before they were open: refused, timed out, or reset during the
            handshake.
          with: TcpExt.TCPAbortOnTimeout, Tcp.OutRsts
          at: net/ipv4/tcp.c: tcp_done; net/ipv4/tcp_minisocks.c: tcp_check_req
          since: by 5.10
        EstabResets: Open connections that ended abruptly instead of by an exchange of FINs.
          with: OutRsts, TcpExt.TCPAbortOnData, TcpExt.TCPAbortOnClose
          at: net/ipv4/tcp.c: tcp_set_state
          since: by 5.10
        CurrEstab: Connections that are open just now, those among them that the peer has already closed
            included. It goes up and down.
          with: sockets:ESTABLISHED, sockets:CLOSE_WAIT
          at: net/ipv4/tcp.c: tcp_set_state
          since: by 5.10
        InSegs: Segments received, bad ones too. With receive offloads a merged super-packet counts once, so
            do not compare it with the sender's OutSegs.
          with: OutSegs
          at: net/ipv6/tcp_ipv6.c: tcp_v6_rcv; net/ipv4/tcp_ipv4.c: tcp_v4_rcv
          since: by 5.10
        OutSegs: Segments sent, retransmissions left out. A super-packet counts as the segments it will be
            cut into.
          with: InSegs, RetransSegs
          at: net/ipv6/tcp_ipv6.c: tcp_v6_send_response; net/ipv4/tcp_ipv4.c: tcp_v4_send_reset,
            tcp_v4_send_ack; net/ipv4/tcp_output.c: __tcp_transmit_skb, tcp_make_synack
          since: by 5.10
        RetransSegs: Segments sent again because they seemed lost, SYNs among them.
          with: TcpExt.TCPTimeouts, TcpExt.TCPFastRetrans, TcpExt.TCPSynRetrans, TcpExt.TCPLossProbes
          at: net/ipv4/tcp_output.c: __tcp_retransmit_skb, tcp_rtx_synack
          since: by 5.10
        InErrs: Segments that were thrown away as broken: a wrong checksum or an impossible header.
          with: InCsumErrors
          at: net/ipv6/tcp_ipv6.c: tcp_v6_do_rcv, tcp_v6_rcv; net/ipv4/tcp_ipv4.c: tcp_v4_do_rcv,
            tcp_add_backlog, tcp_v4_rcv; net/ipv4/tcp_input.c: tcp_validate_incoming, tcp_rcv_established
          since: by 5.10
        OutRsts: Resets sent: to peers that knock at a closed port, and for connections that this node
            aborts. A reset made by a firewall rule is not among them.
          with: drop:NO_SOCKET, EstabResets
          at: net/ipv6/tcp_ipv6.c: tcp_v6_send_response; net/ipv4/tcp_ipv4.c: tcp_v4_send_reset;
            net/ipv4/tcp_output.c: tcp_send_active_reset
          since: by 5.10
        InCsumErrors: Segments whose TCP checksum is wrong: damaged on the way, or changed by something that
            did not correct the sum.
          with: InErrs, drop:TCP_CSUM
          at: net/ipv6/tcp_ipv6.c: tcp_v6_do_rcv, tcp_v6_rcv; net/ipv4/tcp_ipv4.c: tcp_v4_do_rcv,
            tcp_add_backlog, tcp_v4_rcv; net/ipv4/tcp_input.c: tcp_rcv_established
          since: by 5.10
        """

    /// Groups Udp and UdpLite, and for IPv6 Udp6 and UdpLite6: all four have the same names.
    static let datagram = """
        InDatagrams: Datagrams that a program has received.
          with: OutDatagrams
          at: net/ipv4/udp.c: udp_recvmsg, udp_queue_rcv_one_skb
          at6: net/ipv6/udp.c: udpv6_recvmsg, udpv6_queue_rcv_one_skb
          since: by 5.10
        NoPorts: Datagrams to a port that nobody has open. The sender gets a "port unreachable".
          with: {icmp}.OutDestUnreachs, drop:NO_SOCKET
          at: net/ipv4/udp.c: udp_rcv
          at6: net/ipv6/udp.c: udpv6_rcv
          since: by 5.10
        InErrors: Datagrams that found their socket but never reached the program: no room, a wrong
            checksum, a filter. It is the sum of several more telling counters.
          with: RcvbufErrors, InCsumErrors, MemErrors
          at: net/ipv4/udp.c: __udp_enqueue_schedule_skb, __first_packet_length, udp_read_skb, udp_recvmsg,
            __udp_queue_rcv_skb, udp_queue_rcv_one_skb, __udp4_lib_mcast_deliver, udp_rcv; …
          at6: net/ipv6/udp.c: udpv6_recvmsg, __udpv6_queue_rcv_skb, udpv6_queue_rcv_one_skb,
            __udp6_lib_mcast_deliver, udpv6_rcv; net/ipv4/udp.c: __udp_enqueue_schedule_skb;
            include/net/udp.h: udp_rcv_segment
          since: by 5.10
        OutDatagrams: Datagrams that programs sent.
          at: net/ipv4/udp.c: udp_send_skb
          at6: net/ipv6/udp.c: udp_v6_send_skb
          since: by 5.10
        RcvbufErrors: Datagrams dropped because the socket's receive buffer was full: the program reads too
            slowly, or the buffer is too small.
          with: InErrors, skmem:PORT drops, drop:SOCKET_RCVBUFF
          at: net/ipv4/udp.c: __udp_queue_rcv_skb, __udp4_lib_mcast_deliver
          at6: net/ipv6/udp.c: __udpv6_queue_rcv_skb, __udp6_lib_mcast_deliver
          since: by 5.10
        SndbufErrors: Datagrams that could not be sent because the send buffer or the queue of the device
            was full.
          with: qdisc:dropped, drop:QDISC_DROP
          at: net/ipv4/udp.c: udp_send_skb, udp_sendmsg
          at6: net/ipv6/udp.c: udp_v6_send_skb, udpv6_sendmsg
          since: by 5.10
        InCsumErrors: Datagrams whose UDP checksum is wrong.
          with: InErrors, drop:UDP_CSUM
          at: net/ipv4/udp.c: __first_packet_length, udp_read_skb, udp_recvmsg, udp_queue_rcv_one_skb,
            udp_rcv
          at6: net/ipv6/udp.c: udpv6_recvmsg, udpv6_queue_rcv_one_skb, udpv6_rcv
          since: by 5.10
        IgnoredMulti: Multicast or broadcast datagrams that came in although no socket here asked for them.
          at: net/ipv4/udp.c: __udp4_lib_mcast_deliver
          at6: net/ipv6/udp.c: __udp6_lib_mcast_deliver
          since: by 5.10
        MemErrors: Datagrams dropped because all UDP sockets of the machine together use too much memory
            (udp_mem). On 6.18 these drops show in the socket's own drops only, and this counter stays.
          with: drop:PROTO_MEM, skmem:PORT drops
          at: net/ipv4/udp.c: __udp_enqueue_schedule_skb, __udp_queue_rcv_skb
          at6: net/ipv6/udp.c: __udpv6_queue_rcv_skb; net/ipv4/udp.c: __udp_enqueue_schedule_skb
          since: after 5.10, by 6.1
        """
}
