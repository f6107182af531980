package io.edgeai.federated.secagg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server that names one set of survivors to some participants and another one to the rest, and shows each only the consents
 * that fit what it was told: its best hope. Whoever was told of a set reveals if enough were told of the same one, counted
 * here by hand; more than half of all must agree, so one of the sets is unmasked at most.
 */
class LyingServerPropertyTest {
    private static final int SIZE = 3;

    /** Two sets of survivors, and who is told of the second one. */
    private record Lie(Set<Integer> first, Set<Integer> second, Set<Integer> toldSecond) {
        static Lie draw(int participants, Random random) {
            return new Lie(some(participants, random), some(participants, random), some(participants, random));
        }

        private static Set<Integer> some(int participants, Random random) {
            int likely = 1 + random.nextInt(8);
            return IntStream.range(0, participants)
                    .filter(id -> random.nextInt(8) < likely)
                    .boxed()
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        Set<Integer> told(int participant) {
            return toldSecond.contains(participant) ? second : first;
        }

        /** Those that consent: named themselves, among at least as many as must survive. */
        Set<Integer> consenting(Terms terms, int participants) {
            return IntStream.range(0, participants)
                    .filter(id -> told(id).contains(id) && told(id).size() >= terms.minimumSurvivors())
                    .boxed()
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Gathering masked(Terms terms, int participants, long seed) {
        Map<Integer, Integer> all = new TreeMap<>();
        IntStream.range(0, participants).forEach(id -> all.put(id, Gathering.NEVER));
        Gathering gathering = new Gathering(
                new SecAggServer(terms, PlainParts.exchange()),
                all,
                id -> PlainParts.client(terms, id, 1000 * seed + id));
        gathering.advertise();
        gathering.share();
        gathering.send(id -> new int[SIZE]);
        return gathering;
    }

    private static boolean reveals(SecAggClient client, Message.Consents told) {
        try {
            client.reveal(told);
            return true;
        } catch (ProtocolViolationException e) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 8, 13})
    void onlyOneOfTwoSetsIsUnmasked(int participants) {
        Terms terms = new Terms(1, new byte[32], SIZE, 100, 2);
        for (long seed = 0; seed < 60; seed++) {
            String as = participants + " participants, seed " + seed;
            Lie lie = Lie.draw(participants, new Random(seed));
            Gathering gathering = masked(terms, participants, seed);
            Set<Integer> consenting = lie.consenting(terms, participants);
            List<Message.Consent> consents = new ArrayList<>();
            for (int id : consenting) {
                consents.add(gathering.clients.get(id).consent(new Message.Survivors(List.copyOf(lie.told(id)))));
            }
            Set<Set<Integer>> unmasked = new HashSet<>();
            for (int id : consenting) {
                Map<Integer, byte[]> fitting = new HashMap<>();
                for (Message.Consent other : consents) {
                    if (other.tags().containsKey(id)
                            && lie.told(other.participant()).equals(lie.told(id))) {
                        fitting.put(other.participant(), other.tags().get(id));
                    }
                }
                long alike = consenting.stream()
                        .filter(other -> lie.told(other).equals(lie.told(id)))
                        .count();
                boolean enough = alike >= participants / 2 + 1;

                assertThat(reveals(gathering.clients.get(id), new Message.Consents(fitting)))
                        .as("%s, participant %s of %s alike", as, id, alike)
                        .isEqualTo(enough);
                if (enough) {
                    unmasked.add(lie.told(id));
                }
            }
            assertThat(unmasked).as(as).hasSizeLessThanOrEqualTo(1);
        }
    }
}
