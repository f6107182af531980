package io.edgeai.federated.secagg;

import java.lang.management.ManagementFactory;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * CPU time of one server and one participant of a secure aggregation, everyone in one thread. The server's figures are the
 * real ones with parties whose key agreement and signatures cost nothing, as it neither agrees on keys nor checks signatures
 * while all survivors answer; the participant's are with real keys, RSA or Ed25519, among as many others as it has neighbours,
 * which it met before where they sign by sessions.
 *
 * <pre>
 * java -cp TEST_CLASS_PATH io.edgeai.federated.secagg.SecAggCost server 1000 100000 100
 * java -cp TEST_CLASS_PATH io.edgeai.federated.secagg.SecAggCost server 1000 100000 1000
 * java -cp TEST_CLASS_PATH io.edgeai.federated.secagg.SecAggCost participant RSA 100000 100
 * java -cp TEST_CLASS_PATH io.edgeai.federated.secagg.SecAggCost participant Ed25519 100000 100 session
 * </pre>
 */
final class SecAggCost {
    private SecAggCost() {}

    public static void main(String[] arguments) throws GeneralSecurityException {
        int size = Integer.parseInt(arguments[2]);
        int degree = Integer.parseInt(arguments[3]);
        System.out.println(
                arguments[0].equals("server")
                        ? server(Integer.parseInt(arguments[1]), size, degree)
                        : participant(arguments[1], arguments.length > 4, size, degree));
    }

    private static double seconds() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
    }

    /** Three of ten are lost after they shared. */
    static String server(int participants, int size, int degree) {
        Terms terms = new Terms(1, new byte[32], size, degree, participants / 2);
        Map<Integer, Integer> lostBefore = new TreeMap<>();
        for (int id = 0; id < participants; id++) {
            lostBefore.put(id, id % 10 < 3 ? 2 : Gathering.NEVER);
        }
        SecureRandom random = PlainParts.random(1);
        Gathering gathering = new Gathering(
                new SecAggServer(terms, PlainParts.exchange()),
                lostBefore,
                id -> new SecAggClient(
                        terms, id, PlainParts.signer(id), PlainParts.verifier(), PlainParts.exchange(), random));
        gathering.advertise();
        double[] spent = new double[1];
        gathering.share(timed(spent, gathering.server::neighbours));
        Map<Integer, Message.Envelopes> envelopes = timed(spent, gathering.server::envelopes);
        int[] vector = new int[size];
        Arrays.fill(vector, 3);
        envelopes.forEach((id, told) -> {
            if (lostBefore.get(id) == Gathering.NEVER) {
                Message.MaskedVector message = gathering.clients.get(id).mask(vector, told);
                timed(spent, () -> {
                    gathering.server.accept(message);
                    return message;
                });
            }
        });
        gathering.consent();
        gathering.reveal();
        int[] sum = timed(spent, gathering.server::sum);
        int expected = 3 * Collections.frequency(lostBefore.values(), Gathering.NEVER);
        boolean exact = Arrays.stream(sum).allMatch(value -> value == expected);
        return String.format(
                Locale.ROOT,
                "server: %d participants, %d values, %d neighbours, 30 %% lost: %.2f s CPU, sum %s",
                participants,
                size,
                degree,
                spent[0],
                exact ? "exact" : "WRONG");
    }

    private static <T> T timed(double[] spent, Supplier<T> work) {
        double begin = seconds();
        T result = work.get();
        spent[0] += seconds() - begin;
        return result;
    }

    /** The last of several rounds, after the others made the JIT compile. */
    static String participant(String kind, boolean sessions, int size, int neighbours) throws GeneralSecurityException {
        Map<Integer, Identities.Signer> signers = new HashMap<>();
        KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
        Map<Integer, PublicKey> known = new HashMap<>();
        for (int id = 0; id <= neighbours; id++) {
            KeyPair pair = generator.generateKeyPair();
            Identities.Signer identity = Identities.signer(pair.getPrivate());
            signers.put(id, sessions ? Identities.session(identity) : identity);
            known.put(id, pair.getPublic());
        }
        Identities.Verifier verifier = Identities.verifier(known);
        double[] phases = new double[5];
        for (int round = 1; round <= 3; round++) {
            Terms terms = new Terms(round, new byte[32], size, neighbours, 2);
            SecAggServer server = SecAggServer.start(terms);
            Map<Integer, SecAggClient> clients = new TreeMap<>();
            double begin = seconds();
            signers.forEach((id, signer) -> clients.put(id, SecAggClient.start(terms, id, signer, verifier)));
            clients.values().forEach(client -> server.accept(client.advertise()));
            phases[0] = seconds() - begin;
            Map<Integer, Message.Neighbours> told = server.neighbours();
            begin = seconds();
            clients.forEach((id, client) -> server.accept(client.share(told.get(id))));
            phases[1] = seconds() - begin;
            Map<Integer, Message.Envelopes> envelopes = server.envelopes();
            int[] vector = new int[size];
            begin = seconds();
            clients.forEach((id, client) -> server.accept(client.mask(vector, envelopes.get(id))));
            phases[2] = seconds() - begin;
            Message.Survivors survivors = server.survivors();
            begin = seconds();
            clients.values().forEach(client -> server.accept(client.consent(survivors)));
            phases[3] = seconds() - begin;
            Map<Integer, Message.Consents> consents = server.consents();
            begin = seconds();
            clients.forEach((id, client) -> server.accept(client.reveal(consents.get(id))));
            phases[4] = seconds() - begin;
        }
        for (int i = 0; i < phases.length; i++) {
            phases[i] *= 1000.0 / (neighbours + 1);
        }
        return String.format(
                Locale.ROOT,
                "participant: %s%s, %d values, %d neighbours: %.1f ms CPU (keys %.1f, shares %.1f, vector %.1f, consent %.1f,"
                        + " revelation %.1f)",
                kind,
                sessions ? " with sessions" : "",
                size,
                neighbours,
                Arrays.stream(phases).sum(),
                phases[0],
                phases[1],
                phases[2],
                phases[3],
                phases[4]);
    }
}
