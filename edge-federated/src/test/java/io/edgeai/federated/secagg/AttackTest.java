package io.edgeai.federated.secagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.LifecycleException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server or a participant that does not keep to the protocol can try, with real keys. */
class AttackTest {
    private static final int N = 4;
    private static final int SIZE = 5;
    private static final Map<Integer, KeyPair> ENROLLED = enrolled();
    private static final Identities.Verifier VERIFIER = verifier();

    private final Terms terms = new Terms(3, new byte[32], SIZE, 100, 3);

    private static Map<Integer, KeyPair> enrolled() {
        try {
            Map<Integer, KeyPair> keys = new HashMap<>();
            for (int i = 0; i < N; i++) {
                keys.put(i, KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
            }
            return keys;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Identities.Verifier verifier() {
        Map<Integer, PublicKey> known = new HashMap<>();
        ENROLLED.forEach((id, pair) -> known.put(id, pair.getPublic()));
        return Identities.verifier(known);
    }

    private static SecAggClient client(Terms terms, int id) {
        return SecAggClient.start(terms, id, Identities.signer(ENROLLED.get(id).getPrivate()), VERIFIER);
    }

    private static int[] vector(int id) {
        return new int[] {id, 1, -id, 1000, Integer.MAX_VALUE};
    }

    private Gathering gathering() {
        Map<Integer, Integer> all = new TreeMap<>();
        for (int i = 0; i < N; i++) {
            all.put(i, Gathering.NEVER);
        }
        return new Gathering(SecAggServer.start(terms), all, id -> client(terms, id));
    }

    private static void assertRefuses(Runnable step, String says) {
        assertThatThrownBy(step::run)
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining(says);
    }

    @Test
    void honestPartiesGetTheSum() {
        Gathering gathering = gathering();

        assertThat(gathering.sum(AttackTest::vector)).containsExactly(6, 4, -6, 4000, -4);
        assertThat(gathering.refusals).isEmpty();
    }

    /** What the server passes on to one participant of what all others said. */
    private static Message.Consents consentsFor(int participant, List<Message.Consent> consents) {
        Map<Integer, byte[]> tags = new HashMap<>();
        for (Message.Consent consent : consents) {
            if (consent.tags().containsKey(participant)) {
                tags.put(consent.participant(), consent.tags().get(participant));
            }
        }
        return new Message.Consents(tags);
    }

    /** The server begins again on the same terms, and shows in the second run what was consented to in the first. */
    @Test
    void aConsentToAnEarlierRunIsNone() {
        List<Message.Consent> earlier = new ArrayList<>();
        for (boolean second : new boolean[] {false, true}) {
            Gathering gathering = gathering();
            gathering.advertise();
            gathering.share();
            gathering.send(AttackTest::vector);
            Message.Survivors all = gathering.server.survivors();
            gathering.clients.forEach((id, client) -> {
                Message.Consent consent = client.consent(all);
                if (second) {
                    assertRefuses(() -> client.reveal(consentsFor(id, earlier)), "was not told of the survivors");
                } else {
                    earlier.add(consent);
                }
            });
        }
        assertThat(earlier).hasSize(N);
    }

    /** One of four vectors is kept back, and the server says so to some and not to others to see both kinds of shares. */
    @Test
    void survivorsThatAreNotTheSameForAllAreFound() {
        Gathering gathering = gathering();
        gathering.advertise();
        gathering.share();
        gathering.send(AttackTest::vector);
        Message.Survivors all = gathering.server.survivors();
        Message.Survivors without = new Message.Survivors(List.of(0, 1, 2));
        List<Message.Consent> consents = new ArrayList<>();
        for (int id = 0; id < N; id++) {
            consents.add(gathering.clients.get(id).consent(id < 2 ? without : all));
        }
        for (int id = 0; id < N; id++) {
            SecAggClient client = gathering.clients.get(id);
            Message.Consents told = consentsFor(id, consents);
            // Those who were told that 3 is lost prove nothing to it.
            assertRefuses(() -> client.reveal(told), id == 3 ? "Only (2)" : "was not told of the survivors");
        }
    }

    /** The server has two true consents of participant 0 to these survivors, and those of 2 and 3; none of them is 1's. */
    @ParameterizedTest
    @ValueSource(strings = {"reflected", "of another", "for another", "a bit changed", "cut off", "empty", "made up"})
    void aConsentThatSomebodyElseMadeIsNone(String how) {
        Gathering gathering = gathering();
        gathering.advertise();
        gathering.share();
        gathering.send(AttackTest::vector);
        Message.Survivors all = gathering.server.survivors();
        List<Message.Consent> consents = new ArrayList<>();
        gathering.clients.values().forEach(client -> consents.add(client.consent(all)));
        Map<Integer, byte[]> tags = new HashMap<>(consentsFor(0, consents).tags());
        assertThat(tags).containsOnlyKeys(1, 2, 3);
        byte[] honest = tags.get(1);
        byte[] changed = honest.clone();
        changed[31] ^= 1;

        byte[] tag =
                switch (how) {
                    case "reflected" -> consents.get(0).tags().get(1);
                    case "of another" -> tags.get(2);
                    case "for another" -> consents.get(1).tags().get(2);
                    case "a bit changed" -> changed;
                    case "cut off" -> Arrays.copyOf(honest, 16);
                    case "empty" -> new byte[0];
                    default -> new byte[32];
                };
        Message.Consents one = new Message.Consents(Map.of(1, tag));

        assertRefuses(
                () -> gathering.clients.get(0).reveal(one), "Participant (1) was not told of the survivors that were");
    }

    @Test
    void aServerThatLeavesConsentsOutLearnsNothing() {
        Gathering gathering = gathering();
        gathering.advertise();
        gathering.share();
        gathering.send(AttackTest::vector);
        Message.Survivors all = gathering.server.survivors();
        SecAggClient client = gathering.clients.get(0);
        client.consent(all);
        Message.Consent one = gathering.clients.get(1).consent(all);

        assertRefuses(() -> client.reveal(consentsFor(0, List.of(one))), "Only (2)");
    }

    @Test
    void survivorsTooFewOrWithoutOneselfAreNotSigned() {
        Gathering gathering = gathering();
        gathering.advertise();
        gathering.share();
        gathering.send(AttackTest::vector);

        assertRefuses(() -> gathering.clients.get(0).consent(new Message.Survivors(List.of(0, 1))), "(2) survivors");
        assertRefuses(
                () -> gathering.clients.get(1).consent(new Message.Survivors(List.of(0, 2, 3))),
                "without this participant");
        assertRefuses(
                () -> gathering.clients.get(2).consent(new Message.Survivors(List.of(2, 2, 3, 3))), "different ones");
    }

    /** A participant that was sent another model signs other terms. */
    @Test
    void differentModelsAreFound() {
        byte[] other = new byte[32];
        other[0] = 1;
        Terms different = new Terms(3, other, SIZE, 100, 3);
        Map<Integer, Integer> all = new TreeMap<>(Map.of(0, 5, 1, 5, 2, 5, 3, 5));
        Gathering gathering =
                new Gathering(SecAggServer.start(terms), all, id -> client(id == 3 ? different : terms, id));

        gathering.advertise();
        gathering.share();

        assertThat(gathering.refusals).hasSize(4);
        assertThat(gathering.refusals.get(0)).hasMessageContaining("another model");
    }

    @Test
    void keysOfAnotherRoundAreRefused() {
        Map<Integer, Integer> all = new TreeMap<>(Map.of(0, 5, 1, 5, 2, 5, 3, 5));
        Terms earlier = new Terms(2, new byte[32], SIZE, 100, 3);
        Gathering gathering =
                new Gathering(SecAggServer.start(terms), all, id -> client(id == 1 ? earlier : terms, id));

        gathering.advertise();
        gathering.share();

        assertThat(gathering.refusals.get(0))
                .hasMessageContaining("participant (1) are not signed by it for this round");
    }

    /** The server puts keys of its own in the place of participant 2's. */
    @Test
    void keysOfTheServersOwnAreRefused() {
        Gathering gathering = gathering();
        gathering.advertise();
        Message.Advertisement own = client(terms, 1).advertise();
        Map<Integer, Message.Neighbours> told = gathering.server.neighbours();
        told.replaceAll((id, neighbours) -> new Message.Neighbours(
                N,
                neighbours.neighbours().stream()
                        .map(each -> each.participant() == 2
                                ? new Message.Advertisement(2, own.envelopeKey(), own.maskKey(), each.signature())
                                : each)
                        .toList()));

        gathering.share(told);

        assertThat(gathering.refusals.get(0)).hasMessageContaining("participant (2) are not signed");
    }

    @Test
    void envelopesThatWereReflectedReplayedOrExchangedAreRefused() {
        Gathering first = gathering();
        first.advertise();
        first.share();
        Map<Integer, Message.Envelopes> earlier = first.server.envelopes();

        Gathering gathering = gathering();
        gathering.advertise();
        Map<Integer, Message.Neighbours> neighbours = gathering.server.neighbours();
        Message.Shares ofZero = gathering.clients.get(0).share(neighbours.get(0));
        gathering.clients.get(1).share(neighbours.get(1));
        Message.Shares ofTwo = gathering.clients.get(2).share(neighbours.get(2));
        Message.Shares ofThree = gathering.clients.get(3).share(neighbours.get(3));

        Map<Integer, byte[]> forOne =
                Map.of(0, ofZero.sealed().get(1), 2, ofTwo.sealed().get(1));
        gathering.clients.get(1).mask(vector(1), new Message.Envelopes(forOne));
        Map<Integer, byte[]> reflected =
                Map.of(1, ofZero.sealed().get(1), 2, ofTwo.sealed().get(0));
        assertRefuses(
                () -> gathering.clients.get(0).mask(vector(0), new Message.Envelopes(reflected)),
                "participant (1) was not sealed");
        Map<Integer, byte[]> exchanged =
                Map.of(0, ofZero.sealed().get(3), 3, ofThree.sealed().get(2));
        assertRefuses(
                () -> gathering.clients.get(2).mask(vector(2), new Message.Envelopes(exchanged)),
                "participant (0) was not sealed");
        Map<Integer, byte[]> replayed =
                Map.of(0, earlier.get(3).sealed().get(0), 2, ofTwo.sealed().get(3));
        assertRefuses(
                () -> gathering.clients.get(3).mask(vector(3), new Message.Envelopes(replayed)),
                "participant (0) was not sealed");
    }

    @Test
    void duplicateKeysAreFoundByServerAndParticipants() {
        Gathering gathering = gathering();
        SecAggServer server = SecAggServer.start(terms);
        Message.Advertisement first = gathering.clients.get(0).advertise();
        server.accept(first);
        assertRefuses(
                () -> server.accept(new Message.Advertisement(1, first.envelopeKey(), new byte[32], first.signature())),
                "key of another");
        assertRefuses(() -> server.accept(first), "second message");

        SecAggClient client = gathering.clients.get(3);
        client.advertise();
        Message.Advertisement copy = new Message.Advertisement(1, first.maskKey(), new byte[32], first.signature());
        assertRefuses(() -> client.share(new Message.Neighbours(3, List.of(first, copy))), "a key that is not its own");
    }

    @Test
    void fewerNeighboursThanAgreedAreRefused() {
        Gathering gathering = gathering();
        gathering.advertise();
        Message.Neighbours told = gathering.server.neighbours().get(0);

        assertRefuses(
                () -> gathering
                        .clients
                        .get(0)
                        .share(new Message.Neighbours(4, told.neighbours().subList(0, 2))),
                "3 are needed");
        SecAggClient other = client(terms, 0);
        other.advertise();
        assertRefuses(
                () -> other.share(new Message.Neighbours(2, told.neighbours().subList(0, 1))), "at least 3");
    }

    @Test
    void keysOfSmallOrderAreRefused() {
        SecAggClient client = client(terms, 0);
        client.advertise();
        List<Message.Advertisement> neighbours = new ArrayList<>();
        for (int id = 1; id < N; id++) {
            byte[] weak = new byte[32];
            weak[0] = (byte) (id == 1 ? 0 : id);
            byte[] mask = new byte[32];
            mask[1] = (byte) id;
            byte[] signature = Identities.signer(ENROLLED.get(id).getPrivate())
                    .sign(SecAggClient.advertised(terms, id, weak, mask));
            neighbours.add(new Message.Advertisement(id, weak, mask, signature));
        }
        assertRefuses(() -> client.share(new Message.Neighbours(N, neighbours)), "cannot be used");
    }

    @Test
    void everyStepIsTakenOnce() {
        Gathering gathering = gathering();
        gathering.sum(AttackTest::vector);

        for (SecAggClient client : gathering.clients.values()) {
            assertThatThrownBy(() -> client.reveal(new Message.Consents(Map.of())))
                    .isInstanceOf(LifecycleException.class)
                    .hasMessageContaining("delivered twice");
        }
        assertThatThrownBy(gathering.server::sum).isInstanceOf(LifecycleException.class);
    }

    @Test
    void vectorsThatComeTooLateOrTwiceAreRefused() {
        Gathering gathering = gathering();
        gathering.advertise();
        gathering.share();
        Map<Integer, Message.Envelopes> told = gathering.server.envelopes();
        for (int id = 0; id < 3; id++) {
            gathering.server.accept(gathering.clients.get(id).mask(vector(id), told.get(id)));
        }
        Message.MaskedVector late = gathering.clients.get(3).mask(vector(3), told.get(3));
        assertRefuses(() -> gathering.server.accept(new Message.MaskedVector(1, new int[SIZE])), "second message");
        assertRefuses(
                () -> gathering.server.accept(new Message.MaskedVector(3, new int[SIZE - 1])), "not in the phase");
        gathering.consent();

        assertThatThrownBy(() -> gathering.server.accept(late))
                .isInstanceOf(LifecycleException.class)
                .hasMessageContaining("too late");
        gathering.reveal();
        assertThat(gathering.server.sum()).containsExactly(3, 3, -3, 3000, Integer.MAX_VALUE - 2);
    }

    @Test
    void aSecondMessageIsRefusedAndDoesNotTakeThePlaceOfTheFirst() {
        Gathering gathering = gathering();
        gathering.advertise();
        gathering.share();
        gathering.send(AttackTest::vector);
        gathering.consent();
        gathering.reveal();
        Message.Revelation empty = new Message.Revelation(2, Map.of(), Map.of(), Map.of());
        assertRefuses(() -> gathering.server.accept(empty), "second message");
        assertThat(gathering.server.sum()).containsExactly(6, 4, -6, 4000, -4);
    }

    @Test
    void aShareThatWasMadeUpGivesNoSum() {
        Gathering gathering = gathering();
        gathering.advertise();
        gathering.share();
        gathering.send(AttackTest::vector);
        gathering.consent();
        Map<Integer, Message.Consents> told = gathering.server.consents();
        for (int id = 0; id < N; id++) {
            Message.Revelation honest = gathering.clients.get(id).reveal(told.get(id));
            Map<Integer, long[]> shares = new HashMap<>(honest.ownMaskShares());
            if (id == 1) {
                shares.put(0, new long[] {1, 2, 3});
            }
            gathering.server.accept(new Message.Revelation(id, shares, honest.keyShares(), honest.pairSeeds()));
        }
        assertRefuses(gathering.server::sum, "participant (0) do not give the secret");
    }

    /** What one participant sends is, to whoever lacks the masks, as good as random bytes. */
    @Test
    void aMaskedVectorSaysNothing() {
        Terms wide = new Terms(9, new byte[32], 4000, 100, 3);
        Map<Integer, Integer> all = new TreeMap<>(Map.of(0, 5, 1, 5, 2, 5, 3, 5));
        Gathering gathering = new Gathering(SecAggServer.start(wide), all, id -> client(wide, id));
        gathering.advertise();
        gathering.share();

        int[] masked = gathering
                .clients
                .get(0)
                .mask(new int[4000], gathering.server.envelopes().get(0))
                .values();

        int ones = 0;
        for (int value : masked) {
            ones += Integer.bitCount(value);
        }
        // 64,000 ± 179, and five times that.
        assertThat(ones).isBetween(63_100, 64_900);
    }
}
