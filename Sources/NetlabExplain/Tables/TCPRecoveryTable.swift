extension ExplanationTables {
    /// Group TcpExt: timestamps, loss, reordering, recovery.
    static let tcpRecovery = """
        PAWSPassive: SYNs dropped as their address has shown a newer timestamp before: tcp_tw_recycle, with
            several hosts behind one address translator. Gone with that setting in Linux 4.12.
          with: ListenDrops
          at: net/ipv4/tcp_input.c: tcp_conn_request
        PAWSActive: SYN/ACKs that echo a timestamp which this node never sent, and were not believed.
          at: net/ipv4/tcp_input.c: tcp_rcv_synsent_state_process
          since: by 5.10
        PAWSEstab: Segments on open connections dropped as their timestamp is older than one seen before.
            Typical of several hosts behind one address translator.
          with: drop:TCP_RFC7323_PAWS, TCPACKSkippedPAWS
          at: net/ipv4/tcp_minisocks.c: tcp_check_req; net/ipv4/tcp_input.c: tcp_validate_incoming
          since: by 5.10
        TSEcrRejected: Last ACKs of handshakes that echo a timestamp which was never sent.
          with: drop:TCP_RFC7323_TSECR
          at: net/ipv4/tcp_minisocks.c: tcp_check_req
          since: after 6.12, by 6.18
        PAWSOldAck: ACKs without data and with an old timestamp: overtaken on the way, harmless.
          with: drop:TCP_RFC7323_PAWS_ACK
          at: net/ipv4/tcp_input.c: tcp_validate_incoming
          since: after 6.12, by 6.18
        PAWSTimewait: Segments with an old timestamp that reached a connection resting in TIME_WAIT.
          with: drop:TCP_RFC7323_TW_PAWS
          at: net/ipv4/tcp_minisocks.c: tcp_timewait_state_process
          since: after 6.12, by 6.18
        TCPRenoRecovery: Times that a connection without SACK took three duplicate ACKs for a loss and began
            to repair it.
          with: TCPFastRetrans
          at: net/ipv4/tcp_input.c: tcp_enter_recovery
          since: by 5.10
        TCPSackRecovery: Times that a connection with SACK saw from selective acknowledgements that
            something was lost and began to repair it.
          with: TCPFastRetrans, Tcp.RetransSegs
          at: net/ipv4/tcp_input.c: tcp_enter_recovery
          since: by 5.10
        TCPSACKReneging: Times that a peer had selectively acknowledged data and threw it away afterwards.
          at: net/ipv4/tcp_input.c: tcp_timeout_mark_lost
          since: by 5.10
        TCPSACKReorder: Times that late packets turned out to be only reordered, as selective
            acknowledgements show.
          at: net/ipv4/tcp_input.c: tcp_check_sack_reordering
          since: by 5.10
        TCPRenoReorder: Times that reordering was inferred on a connection without SACK, from more duplicate
            ACKs than there could have been losses.
          at: net/ipv4/tcp_input.c: tcp_check_reno_reordering
          since: by 5.10
        TCPTSReorder: Times that the echoed timestamp showed that a retransmitted segment had only been
            late.
          at: net/ipv4/tcp_input.c: tcp_check_sack_reordering
          since: by 5.10
        TCPFullUndo: Repairs taken back completely: nothing had been lost, so the window was restored.
          with: TCPDSACKRecv
          at: net/ipv4/tcp_input.c: tcp_try_undo_recovery
          since: by 5.10
        TCPPartialUndo: Repairs taken back half-way, when an ACK showed that a segment sent again had not
            been lost.
          at: net/ipv4/tcp_input.c: tcp_try_undo_partial
          since: by 5.10
        TCPDSACKUndo: Repairs taken back because the peer reported every retransmission as a duplicate.
          with: TCPDSACKRecv
          at: net/ipv4/tcp_input.c: tcp_try_undo_dsack
          since: by 5.10
        TCPLossUndo: Reductions of the window after a time-out that were taken back, as the time-out had
            been needless.
          with: TCPSpuriousRTOs
          at: net/ipv4/tcp_input.c: tcp_try_undo_recovery, tcp_try_undo_loss
          since: by 5.10
        TCPLostRetransmit: Retransmissions that were lost again.
          with: Tcp.RetransSegs
          at: net/ipv4/tcp_input.c: tcp_mark_skb_lost
          since: by 5.10
        TCPRenoFailures: Time-outs that struck while duplicate ACKs were still being counted, on a
            connection without SACK.
          with: TCPTimeouts
          at: net/ipv4/tcp_timer.c: tcp_retransmit_timer
          since: by 5.10
        TCPSackFailures: Time-outs that struck while selective acknowledgements already hinted at a loss.
            Rare since losses are judged by time.
          with: TCPTimeouts
          at: net/ipv4/tcp_timer.c: tcp_retransmit_timer
          since: by 5.10
        TCPLossFailures: Time-outs that struck again while the repair after an earlier one was under way.
          with: TCPTimeouts
          at: net/ipv4/tcp_timer.c: tcp_retransmit_timer
          since: by 5.10
        TCPFastRetrans: Segments sent again because ACKs showed the gap, without waiting for a time-out.
            This is how a healthy TCP repairs single losses.
          with: Tcp.RetransSegs, TCPSackRecovery
          at: net/ipv4/tcp_output.c: tcp_xmit_retransmit_queue
          since: by 5.10
        TCPSlowStartRetrans: Segments sent again in the slow start that follows a time-out.
          with: TCPTimeouts
          at: net/ipv4/tcp_output.c: tcp_xmit_retransmit_queue
          since: by 5.10
        TCPTimeouts: Times the retransmission timer ran out: nothing came back, not even duplicate ACKs.
            SYNs without an answer count, too.
          with: Tcp.RetransSegs, TCPSynRetrans, TcpTimeoutRehash
          at: net/ipv4/tcp_timer.c: tcp_retransmit_timer, tcp_syn_ack_timeout
          since: by 5.10
        TCPLossProbes: Segments sent again early, as a probe, when the last of a burst had gone unanswered
            for about two round trips.
          with: TCPLossProbeRecovery, Tcp.RetransSegs
          at: net/ipv4/tcp_output.c: tcp_send_loss_probe
          since: by 5.10
        TCPLossProbeRecovery: Losses at the end of a burst that such a probe repaired, saving a time-out.
          with: TCPLossProbes
          at: net/ipv4/tcp_input.c: tcp_process_tlp_ack
          since: by 5.10
        TCPRenoRecoveryFail: Time-outs during a repair on a connection without SACK: the repair itself met
            with loss.
          with: TCPTimeouts
          at: net/ipv4/tcp_timer.c: tcp_retransmit_timer
          since: by 5.10
        TCPSackRecoveryFail: Time-outs during a repair on a connection with SACK: the repair itself met with
            loss.
          with: TCPTimeouts
          at: net/ipv4/tcp_timer.c: tcp_retransmit_timer
          since: by 5.10
        TCPDSACKOldSent: Reports to the peer that it sent again what had long been delivered. An ACK was
            lost, or its time-out is too short.
          with: DelayedACKLost
          at: net/ipv4/tcp_input.c: tcp_dsack_set
          since: by 5.10
        TCPDSACKOfoSent: Reports to the peer that it sent again what was waiting out of order.
          with: TCPOFOQueue
          at: net/ipv4/tcp_input.c: tcp_dsack_set
          since: by 5.10
        TCPDSACKRecv: Reports from the peer that it got data twice: this node sent something again without
            need.
          with: TCPDSACKRecvSegs, Tcp.RetransSegs
          at: net/ipv4/tcp_input.c: tcp_check_dsack
          since: by 5.10
        TCPDSACKOfoRecv: Reports from the peer that it got out-of-order data twice.
          at: net/ipv4/tcp_input.c: tcp_check_dsack
          since: by 5.10
        TCPDSACKRecvSegs: Segments that the peer reported as received twice.
          with: TCPDSACKRecv
          at: net/ipv4/tcp_input.c: tcp_check_dsack
          since: by 5.10
        TCPDSACKIgnoredOld: Reports of duplicates about data too old to draw a conclusion from.
          at: net/ipv4/tcp_input.c: tcp_sacktag_write_queue
          since: by 5.10
        TCPDSACKIgnoredNoUndo: Reports of duplicates that came when there was no repair to take back.
          at: net/ipv4/tcp_input.c: tcp_sacktag_write_queue
          since: by 5.10
        TCPDSACKIgnoredDubious: Reports of duplicates about more than was ever sent again, so they are not
            believed: the network itself duplicates.
          with: TCPDSACKRecv
          at: net/ipv4/tcp_input.c: tcp_check_dsack
          since: by 5.10
        TCPSACKDiscard: Selective acknowledgements about data that was never sent, or is no longer known.
          at: net/ipv4/tcp_input.c: tcp_sacktag_write_queue
          since: by 5.10
        TCPSpuriousRTOs: Time-outs recognised as needless, since ACKs of the original segments came in after
            all: a sudden delay, no loss.
          with: TCPLossUndo
          at: net/ipv4/tcp_input.c: tcp_try_undo_loss
          since: by 5.10
        TCPSackShifted: Housekeeping at the sender: acknowledged bytes moved from one buffer into its
            neighbour.
          at: net/ipv4/tcp_input.c: tcp_shifted_skb
          since: by 5.10
        TCPSackMerged: Housekeeping at the sender: a whole acknowledged buffer merged into its neighbour.
          at: net/ipv4/tcp_input.c: tcp_shifted_skb
          since: by 5.10
        TCPSackShiftFallback: Housekeeping at the sender: acknowledged bytes could not be moved into the
            neighbouring buffer.
          at: net/ipv4/tcp_input.c: tcp_shift_skb_data
          since: by 5.10
        TCPRetransFail: Retransmissions that could not even be handed to the network: no memory, a full
            queue, or a firewall rule in OUTPUT.
          at: net/ipv4/tcp_output.c: __tcp_retransmit_skb
          since: by 5.10
        TCPSpuriousRtxHostQueues: Retransmissions skipped since the original has not left this node yet: the
            local queue is slow, or the neighbour's address is unknown.
          at: net/ipv4/tcp_output.c: skb_still_in_host_queue
          since: by 5.10
        TCPHystartTrainDetect: Times that CUBIC ended slow start because ACKs came in a train as long as the
            path.
          with: TCPHystartTrainCwnd
          at: net/ipv4/tcp_cdg.c: tcp_cdg_hystart_update; net/ipv4/tcp_cubic.c: hystart_update
          since: by 5.10
        TCPHystartTrainCwnd: The windows, in segments, at which slow start ended for that cause, added up.
            Divide by TCPHystartTrainDetect.
          with: TCPHystartTrainDetect
          at: net/ipv4/tcp_cdg.c: tcp_cdg_hystart_update; net/ipv4/tcp_cubic.c: hystart_update
          since: by 5.10
        TCPHystartDelayDetect: Times that CUBIC ended slow start because the round trip grew longer.
          with: TCPHystartDelayCwnd
          at: net/ipv4/tcp_cdg.c: tcp_cdg_hystart_update; net/ipv4/tcp_cubic.c: hystart_update
          since: by 5.10
        TCPHystartDelayCwnd: The windows, in segments, at which slow start ended for that cause, added up.
            Divide by TCPHystartDelayDetect.
          with: TCPHystartDelayDetect
          at: net/ipv4/tcp_cdg.c: tcp_cdg_hystart_update; net/ipv4/tcp_cubic.c: hystart_update
          since: by 5.10
        TCPACKSkippedSynRecv: ACKs to odd segments of a half-open connection that were not sent, as one had
            gone out just before (sysctl tcp_invalid_ratelimit).
          at: net/ipv4/tcp_minisocks.c: tcp_check_req
          since: by 5.10
        TCPACKSkippedPAWS: ACKs to segments with an old timestamp that were not sent, as one had gone out
            just before.
          with: PAWSEstab
          at: net/ipv4/tcp_input.c: tcp_validate_incoming
          since: by 5.10
        TCPACKSkippedSeq: ACKs to segments outside the window that were not sent, as one had gone out just
            before. Two ends that disagree about sequence numbers are kept from an endless exchange.
          at: net/ipv4/tcp_input.c: tcp_validate_incoming
          since: by 5.10
        TCPACKSkippedFinWait2: ACKs not sent for the same cause by a connection resting in FIN_WAIT2.
          at: net/ipv4/tcp_minisocks.c: tcp_timewait_state_process
          since: by 5.10
        TCPACKSkippedTimeWait: ACKs not sent for the same cause by a connection resting in TIME_WAIT.
          at: net/ipv4/tcp_minisocks.c: tcp_timewait_state_process
          since: by 5.10
        TCPACKSkippedChallenge: Challenge ACKs that were not sent, as enough of them had gone out.
          with: TCPChallengeACK
          at: net/ipv4/tcp_input.c: tcp_send_challenge_ack, tcp_reqsk_send_challenge_ack
          since: by 5.10
        TcpTimeoutRehash: Times a time-out made a connection choose a new hash, so that its packets may take
            another path or queue.
          with: TCPTimeouts
          at: net/ipv4/tcp_timer.c: tcp_write_timeout
          since: by 5.10
        TcpDuplicateDataRehash: Times that repeated data made the receiver choose a new hash, as its ACKs
            seem not to arrive.
          at: net/ipv4/tcp_input.c: tcp_rcv_spurious_retrans
          since: by 5.10
        TCPPLBRehash: Times that a connection chose another path as the present one was congested
            (protective load balancing).
          at: net/ipv4/tcp_plb.c: tcp_plb_check_rehash
          since: after 6.1, by 6.12
        """
}
