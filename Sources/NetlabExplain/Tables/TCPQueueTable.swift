extension ExplanationTables {
    /// Group TcpExt: queues, memory, windows, acknowledgements, timers.
    static let tcpQueues = """
        PruneCalled: Times a socket's receive memory was used up, so that the kernel tried to make room:
            merging buffers, then throwing out-of-order data away.
          with: TCPRcvCollapsed, OfoPruned, RcvPruned
          at: net/ipv4/tcp_input.c: tcp_prune_queue
          since: by 5.10
        RcvPruned: Segments dropped although the window allowed them, as making room had not helped. The
            peer must send them again.
          with: PruneCalled
          at: net/ipv4/tcp_input.c: tcp_prune_queue
          since: by 5.10
        OfoPruned: Times that data which had arrived out of order was thrown away to make room. The peer
            must send it again.
          with: PruneCalled, drop:TCP_OFO_QUEUE_PRUNE
          at: net/ipv4/tcp_input.c: tcp_prune_ofo_queue
          since: by 5.10
        TCPRcvCollapsed: Buffers that were copied into fewer, fuller ones to save receive memory: many small
            segments wait for a slow program.
          with: PruneCalled
          at: net/ipv4/tcp_input.c: tcp_collapse_one
          since: by 5.10
        TCPBacklogCoalesce: Segments merged with the one before while they waited for a busy socket. A
            saving, no fault.
          at: net/ipv4/tcp_ipv4.c: tcp_add_backlog
          since: by 5.10
        TCPBacklogDrop: Segments dropped because too many were waiting for a socket that a program kept
            busy.
          with: drop:SOCKET_BACKLOG
          at: net/ipv4/tcp_ipv4.c: tcp_add_backlog
          since: by 5.10
        PFMemallocDrop: Packets that had been received into emergency memory and were dropped since their
            socket has no right to it.
          with: drop:PFMEMALLOC
          at: net/core/filter.c: sk_filter_trim_cap; net/ipv4/tcp_ipv4.c: tcp_add_backlog
          since: by 5.10
        TCPMinTTLDrop: Segments that had come over more routers than the socket allows (IP_MINTTL), as a
            guard against forgery from afar.
          with: drop:TCP_MINTTL
          at: net/ipv6/tcp_ipv6.c: tcp_v6_err, tcp_v6_rcv; net/ipv4/tcp_ipv4.c: tcp_v4_err, tcp_v4_rcv
          since: by 5.10
        TCPRcvCoalesce: Segments merged into the buffer before them in the receive queue. A saving, no
            fault.
          at: net/ipv4/tcp_input.c: tcp_try_coalesce
          since: by 5.10
        TCPOFOQueue: Segments that came before others which should have come first, and were kept until the
            gap is filled. Points to loss or reordering on the way here.
          with: TCPOFOMerge, TCPDSACKOfoSent
          at: net/ipv4/tcp_input.c: tcp_data_queue_ofo
          since: by 5.10
        TCPOFODrop: Out-of-order segments dropped because there was no memory to keep them.
          at: net/ipv4/tcp_input.c: tcp_data_queue_ofo
          since: by 5.10
        TCPOFOMerge: Out-of-order segments that overlapped with others already kept.
          with: TCPOFOQueue, drop:TCP_OFOMERGE
          at: net/ipv4/tcp_input.c: tcp_data_queue_ofo
          since: by 5.10
        TCPZeroWindowDrop: Segments dropped because they came while the window was closed: the program does
            not read.
          with: TCPToZeroWindowAdv, drop:TCP_ZEROWINDOW
          at: net/ipv4/tcp_input.c: tcp_data_queue
          since: by 5.10
        TCPRcvQDrop: Segments in the right order dropped as there was no memory for them.
          with: drop:PROTO_MEM
          at: net/ipv4/tcp_input.c: tcp_send_rcvq, tcp_data_queue
          since: by 5.10
        BeyondWindow: Segments dropped because they reach beyond the window that was offered.
          with: drop:TCP_INVALID_END_SEQUENCE, drop:TCP_OVERWINDOW
          at: net/ipv4/tcp_input.c: tcp_data_queue, tcp_validate_incoming
          since: after 6.12, by 6.18
        TCPFromZeroWindowAdv: Times this node opened its receive window again after it had been closed.
          with: TCPToZeroWindowAdv
          at: net/ipv4/tcp_output.c: tcp_select_window
          since: by 5.10
        TCPToZeroWindowAdv: Times this node closed its receive window, as the program had left too much
            unread. Busy healthy transfers do it now and then.
          with: TCPFromZeroWindowAdv
          at: net/ipv4/tcp_output.c: tcp_select_window
          since: by 5.10
        TCPWantZeroWindowAdv: Times this node would have closed its window, but had already promised more
            room and kept the promise.
          with: TCPToZeroWindowAdv
          at: net/ipv4/tcp_output.c: tcp_select_window
          since: by 5.10
        TCPMemoryPressures: Times TCP as a whole began to save memory (tcp_mem). The limit is of the whole
            machine.
          with: TCPMemoryPressuresChrono, sockstat:TCP mem
          at: net/ipv4/tcp.c: tcp_enter_memory_pressure
          since: by 5.10
        TCPMemoryPressuresChrono: Milliseconds during which TCP as a whole had to save memory.
          with: TCPMemoryPressures
          at: net/ipv4/tcp.c: tcp_leave_memory_pressure
          since: by 5.10
        DelayedACKs: ACKs sent by the delayed-ACK timer, as no data to carry them and no second segment had
            come in time.
          at: net/ipv4/tcp_timer.c: tcp_delack_timer_handler
          since: by 5.10
        DelayedACKLocked: Times the delayed-ACK timer found the socket in use by a program and had to wait.
          with: DelayedACKs
          at: net/ipv4/tcp_timer.c: tcp_delack_timer
          since: by 5.10
        DelayedACKLost: Segments that repeat what was acknowledged already, so an ACK was probably lost or
            came too late.
          with: TCPDSACKOldSent
          at: net/ipv4/tcp_input.c: tcp_send_dupack, tcp_data_queue
          since: by 5.10
        TCPAckCompressed: ACKs left unsent by putting several into one while data comes out of order.
          at: net/ipv4/tcp_timer.c: tcp_compressed_ack_kick; net/ipv4/tcp_output.c: tcp_event_ack_sent;
            net/ipv4/tcp_input.c: tcp_sack_compress_send_ack
          since: by 5.10
        TCPHPHits: Data segments that took the short way through TCP: in order, nothing unusual. A sign of
            health.
          at: net/ipv4/tcp_input.c: tcp_rcv_established
          since: by 5.10
        TCPPureAcks: ACKs without data that were looked at the long way.
          with: TCPHPAcks
          at: net/ipv4/tcp_input.c: tcp_ack
          since: by 5.10
        TCPHPAcks: ACKs that took the short way through TCP.
          with: TCPPureAcks
          at: net/ipv4/tcp_input.c: tcp_ack
          since: by 5.10
        TCPAutoCorking: Small writes held back for a moment, as an earlier packet is still queued and they
            may leave together.
          at: net/ipv4/tcp.c: tcp_push
          since: by 5.10
        TCPOrigDataSent: Segments with data sent for the first time. The base for a loss rate: compare
            Tcp.RetransSegs with it.
          with: Tcp.RetransSegs, TCPDelivered
          at: net/ipv4/tcp_output.c: tcp_event_new_data_sent, tcp_send_syn_data
          since: by 5.10
        TCPDelivered: Segments that the peer has confirmed, selectively confirmed ones included.
          with: TCPOrigDataSent
          at: net/ipv4/tcp_input.c: tcp_newly_delivered
          since: by 5.10
        TCPDeliveredCE: Confirmed segments that had met congestion on the way, as the peer's ECN echo says.
          with: IpExt.InCEPkts
          at: net/ipv4/tcp_input.c: tcp_newly_delivered
          since: by 5.10
        TCPKeepAlive: Keepalive probes sent on connections that were silent for long.
          with: TCPAbortOnTimeout
          at: net/ipv4/tcp_timer.c: tcp_keepalive_timer
          since: by 5.10
        TCPWinProbe: Probes sent to a peer whose window is closed, to learn when it opens.
          with: TCPToZeroWindowAdv
          at: net/ipv4/tcp_output.c: tcp_send_window_probe, tcp_send_probe0
          since: by 5.10
        TCPMTUPFail: Probes for a larger path MTU that were lost, so the MTU stays as it was (sysctl
            tcp_mtu_probing).
          with: TCPMTUPSuccess
          at: net/ipv4/tcp_input.c: tcp_mtup_probe_failed
          since: by 5.10
        TCPMTUPSuccess: Probes for a larger path MTU that arrived, so segments may grow.
          with: TCPMTUPFail
          at: net/ipv4/tcp_input.c: tcp_mtup_probe_success
          since: by 5.10
        TCPWqueueTooBig: Attempts to split a buffer that were refused, as the peer's odd acknowledgements
            had made the send queue too large.
          at: net/ipv4/tcp_output.c: tcp_fragment
          since: by 5.10
        OutOfWindowIcmps: ICMP errors that quote a sequence number which this connection did not just send,
            so they are disregarded: stale or forged.
          at: net/ipv6/tcp_ipv6.c: tcp_v6_err; net/ipv4/tcp_ipv4.c: tcp_req_err, tcp_v4_err
          since: by 5.10
        LockDroppedIcmps: ICMP errors lost because they came while a program was using the socket. On links
            without delay this makes a refused connect() fail a second late.
          with: Icmp.InDestUnreachs
          at: net/ipv6/tcp_ipv6.c: tcp_v6_err; net/ipv4/tcp_ipv4.c: tcp_v4_err
          since: by 5.10
        """
}
