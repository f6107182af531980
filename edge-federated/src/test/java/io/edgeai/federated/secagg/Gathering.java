package io.edgeai.federated.secagg;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * Carries all messages of one aggregation. Everyone has a phase before which it is lost for good: 0 before it advertises,
 * then shares, vector, consent, revelation; 5 never. A participant that refuses goes on as one that is lost.
 */
final class Gathering {
    static final int NEVER = 5;

    final SecAggServer server;
    final Map<Integer, SecAggClient> clients = new TreeMap<>();
    final Map<Integer, RuntimeException> refusals = new HashMap<>();
    private final Map<Integer, Integer> lostBefore;

    Gathering(SecAggServer server, Map<Integer, Integer> lostBefore, IntFunction<SecAggClient> client) {
        this.server = server;
        this.lostBefore = new TreeMap<>(lostBefore);
        lostBefore.keySet().forEach(id -> clients.put(id, client.apply(id)));
    }

    private void each(Map<Integer, ?> invited, int phase, IntFunction<Runnable> turn) {
        for (int id : clients.keySet()) {
            if (invited.containsKey(id) && Objects.requireNonNull(lostBefore.get(id)) > phase) {
                try {
                    turn.apply(id).run();
                } catch (ProtocolViolationException e) {
                    refusals.put(id, e);
                    lostBefore.put(id, phase);
                }
            }
        }
    }

    private SecAggClient client(int id) {
        return Objects.requireNonNull(clients.get(id));
    }

    void advertise() {
        each(clients, 0, id -> () -> server.accept(client(id).advertise()));
    }

    void share() {
        share(server.neighbours());
    }

    void share(Map<Integer, Message.Neighbours> told) {
        each(told, 1, id -> () -> server.accept(client(id).share(told.get(id))));
    }

    void send(IntFunction<int[]> vectors) {
        send(vectors, server.envelopes());
    }

    void send(IntFunction<int[]> vectors, Map<Integer, Message.Envelopes> told) {
        each(told, 2, id -> () -> server.accept(client(id).mask(vectors.apply(id), told.get(id))));
    }

    void consent() {
        Message.Survivors told = server.survivors();
        Map<Integer, Integer> invited = new HashMap<>();
        told.participants().forEach(id -> invited.put(id, id));
        each(invited, 3, id -> () -> server.accept(client(id).consent(told)));
    }

    void reveal() {
        Map<Integer, Message.Consents> told = server.consents();
        each(told, 4, id -> () -> server.accept(client(id).reveal(told.get(id))));
    }

    int[] sum(IntFunction<int[]> vectors) {
        advertise();
        share();
        send(vectors);
        consent();
        reveal();
        return server.sum();
    }
}
