package io.edgeai.federated.secagg;

import io.edgeai.core.error.EdgeException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The whole protocol among parties in this process, for simulations: real keys, masks and shares, so that a sum is what it
 * would be and fails where it would fail. Nobody is hidden from anybody in one process; identities are therefore not signed
 * for by public keys.
 */
public final class LocalAggregation {
    private final Terms terms;
    private final SecAggServer server;
    private final Map<Integer, SecAggClient> clients = new TreeMap<>();

    private LocalAggregation(Terms terms, int participants) {
        this.terms = terms;
        this.server = SecAggServer.start(terms);
        for (int id = 0; id < participants; id++) {
            clients.put(id, SecAggClient.start(terms, id, signer(id), LocalAggregation::signed));
        }
    }

    private static Identities.Signer signer(int id) {
        return message -> Keys.hmac(new byte[] {(byte) id, (byte) (id >> 8), (byte) (id >> 16)}, message);
    }

    private static boolean signed(int id, byte[] message, byte[] signature) {
        return Arrays.equals(signer(id).sign(message), signature);
    }

    /**
     * Adds up vectors modulo two to the power of the terms' maskBits.
     *
     * @param dropped participants besides those of the vectors that drop out after they shared
     * @throws io.edgeai.core.error.QuorumNotReachedException where too few are left
     */
    public static int[] sum(Terms terms, List<int[]> vectors, int dropped) {
        return new LocalAggregation(terms, vectors.size() + dropped).run(vectors);
    }

    private int[] run(List<int[]> vectors) {
        clients.values().forEach(client -> server.accept(client.advertise()));
        Map<Integer, Message.Neighbours> neighbours = server.neighbours();
        clients.forEach((id, client) -> server.accept(client.share(told(neighbours, id))));
        Map<Integer, Message.Envelopes> envelopes = server.envelopes();
        for (int id = 0; id < vectors.size(); id++) {
            server.accept(client(id).mask(vectors.get(id), told(envelopes, id)));
        }
        Message.Survivors survivors = server.survivors();
        survivors.participants().forEach(id -> server.accept(client(id).consent(survivors)));
        Map<Integer, Message.Consents> consents = new HashMap<>(server.consents());
        survivors.participants().forEach(id -> server.accept(client(id).reveal(told(consents, id))));
        return server.sum();
    }

    private SecAggClient client(int id) {
        return told(clients, id);
    }

    private <T> T told(Map<Integer, T> all, int id) {
        T own = all.get(id);
        if (own == null) {
            throw new EdgeException("Round " + terms.round() + " left participant (" + id + ") out.");
        }
        return own;
    }
}
