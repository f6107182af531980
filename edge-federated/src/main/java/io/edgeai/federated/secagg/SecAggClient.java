package io.edgeai.federated.secagg;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One participant of one secure aggregation. Its methods are called once each, in order; after an exception it can only be
 * thrown away. What it does not get from the server it does without, and what is wrong it refuses: whatever the server does,
 * it learns the participant's vector only as part of a sum of at least {@link Terms#minimumSurvivors} vectors, as long as
 * fewer than half of the neighbours work with it. Not thread-safe.
 */
public final class SecAggClient {
    private enum Step {
        ADVERTISE,
        SHARE,
        MASK,
        CONSENT,
        REVEAL,
        DONE
    }

    private final Terms terms;
    private final int participant;
    private final Identities.Signer signer;
    private final Identities.Verifier verifier;
    private final SecureRandom random;
    private final KeyExchange.Pair envelopeKeys;
    private final KeyExchange.Pair maskKeys;
    private final byte[] maskKeySeed;
    private final byte[] ownMaskSeed;
    private final Map<Integer, Message.Advertisement> neighbours = new LinkedHashMap<>();
    private final Map<Integer, byte[]> envelopeSecrets = new HashMap<>();
    private final Map<Integer, long[]> ownMaskShares = new HashMap<>();
    private final Map<Integer, long[]> keyShares = new HashMap<>();
    private final Map<Integer, byte[]> pairSeeds = new HashMap<>();
    private Set<Integer> survivors = Set.of();
    private byte[] survived = new byte[0];
    private int threshold;
    private Step step = Step.ADVERTISE;

    SecAggClient(
            Terms terms,
            int participant,
            Identities.Signer signer,
            Identities.Verifier verifier,
            KeyExchange exchange,
            SecureRandom random) {
        if (participant < 0 || participant == Integer.MAX_VALUE) {
            throw new InvalidInputException("participant (" + participant + ") must be 0 to 2147483646.");
        }
        this.terms = terms;
        this.participant = participant;
        this.signer = signer;
        this.verifier = verifier;
        this.random = random;
        this.maskKeySeed = seed();
        this.ownMaskSeed = seed();
        this.envelopeKeys = exchange.pair(seed());
        this.maskKeys = exchange.pair(maskKeySeed);
    }

    /**
     * Begins an aggregation.
     *
     * @param participant its number among all of the federation, from 0
     */
    public static SecAggClient start(
            Terms terms, int participant, Identities.Signer signer, Identities.Verifier verifier) {
        return new SecAggClient(terms, participant, signer, verifier, new X25519(), new SecureRandom());
    }

    private byte[] seed() {
        byte[] seed = new byte[Shamir.SECRET_BYTES];
        random.nextBytes(seed);
        return seed;
    }

    private void next(Step expected, Step following) {
        if (step != expected) {
            throw new LifecycleException("Participant (" + participant + ") is at " + step + ", not at " + expected
                    + ". Maybe a message was delivered twice.");
        }
        step = following;
    }

    public Message.Advertisement advertise() {
        next(Step.ADVERTISE, Step.SHARE);
        byte[] envelopeKey = envelopeKeys.publicKey();
        byte[] maskKey = maskKeys.publicKey();
        byte[] signature = signer.sign(advertised(terms, participant, envelopeKey, maskKey));
        return new Message.Advertisement(participant, envelopeKey, maskKey, signature);
    }

    static byte[] advertised(Terms terms, int participant, byte[] envelopeKey, byte[] maskKey) {
        return terms.signed("keys", ByteBuffer.allocate(4).putInt(participant).array(), envelopeKey, maskKey);
    }

    /**
     * Shares its secrets with its neighbours.
     *
     * @throws ProtocolViolationException where they are too few, not who they say, of other terms, or share a key
     */
    public Message.Shares share(Message.Neighbours told) {
        next(Step.SHARE, Step.MASK);
        meet(told);
        threshold = terms.threshold(told.participants());
        int[] points = new int[neighbours.size() + 1];
        points[0] = participant + 1;
        int at = 1;
        for (int neighbour : neighbours.keySet()) {
            points[at++] = neighbour + 1;
        }
        long[][] ofOwnMask = Shamir.split(ownMaskSeed, points, threshold, random);
        long[][] ofKey = Shamir.split(maskKeySeed, points, threshold, random);
        ownMaskShares.put(participant, ofOwnMask[0]);
        Map<Integer, byte[]> sealed = new HashMap<>();
        at = 1;
        for (Message.Advertisement neighbour : neighbours.values()) {
            byte[] secret = envelopeKeys.agree(neighbour.envelopeKey());
            envelopeSecrets.put(neighbour.participant(), secret);
            byte[] key = Keys.envelope(secret, terms, participant, neighbour.participant());
            sealed.put(neighbour.participant(), SealedBox.seal(key, bytes(ofOwnMask[at], ofKey[at])));
            at++;
        }
        return new Message.Shares(participant, Keys.sha256(ownMaskSeed), sealed);
    }

    private void meet(Message.Neighbours told) {
        int expected = terms.neighbours(told.participants());
        if (told.participants() < terms.minimumSurvivors() || told.neighbours().size() != expected) {
            throw new ProtocolViolationException("Of (" + told.participants() + ") participants, "
                    + told.neighbours().size() + " are named as neighbours; " + expected + " are needed, of at least "
                    + terms.minimumSurvivors() + ".");
        }
        Set<ByteBuffer> keys = new HashSet<>();
        keys.add(ByteBuffer.wrap(envelopeKeys.publicKey()));
        keys.add(ByteBuffer.wrap(maskKeys.publicKey()));
        for (Message.Advertisement neighbour : told.neighbours()) {
            int id = neighbour.participant();
            if (id == participant || id < 0 || neighbours.put(id, neighbour) != null) {
                throw new ProtocolViolationException("Participant (" + id + ") is named twice.");
            }
            boolean newEnvelopeKey = keys.add(ByteBuffer.wrap(neighbour.envelopeKey()));
            boolean newMaskKey = keys.add(ByteBuffer.wrap(neighbour.maskKey()));
            if (!newEnvelopeKey || !newMaskKey) {
                throw new ProtocolViolationException(
                        "Participant (" + id + ") has a key that is not its own. Maybe somebody takes part twice.");
            }
            byte[] statement = advertised(terms, id, neighbour.envelopeKey(), neighbour.maskKey());
            if (!verifier.verify(id, statement, neighbour.signature())) {
                throw new ProtocolViolationException("The keys of participant (" + id
                        + ") are not signed by it for this round and model. Maybe it was sent another model.");
            }
        }
    }

    private static byte[] bytes(long[] first, long[] second) {
        ByteBuffer buffer = ByteBuffer.allocate(2 * Shamir.PARTS * Long.BYTES);
        for (long value : first) {
            buffer.putLong(value);
        }
        for (long value : second) {
            buffer.putLong(value);
        }
        return buffer.array();
    }

    /**
     * Masks a vector.
     *
     * @param values of the terms' size; a copy is masked
     * @throws ProtocolViolationException where an envelope was not sealed for this participant and round, or too few came
     */
    public Message.MaskedVector mask(int[] values, Message.Envelopes received) {
        next(Step.MASK, Step.CONSENT);
        if (values.length != terms.size()) {
            throw new InvalidInputException("The vector has (" + values.length + ") values, not " + terms.size() + ".");
        }
        if (received.sealed().size() + 1 < threshold) {
            throw new ProtocolViolationException(
                    "Only (" + received.sealed().size() + ") neighbours shared, " + (threshold - 1) + " are needed.");
        }
        int[] masked = values.clone();
        MaskStream stream = new MaskStream(masked, terms.maskBits());
        stream.add(ownMaskSeed);
        for (Map.Entry<Integer, byte[]> envelope : received.sealed().entrySet()) {
            int from = envelope.getKey();
            open(from, envelope.getValue());
            byte[] seed = Keys.mask(
                    maskKeys.agree(Objects.requireNonNull(neighbours.get(from)).maskKey()), terms, participant, from);
            pairSeeds.put(from, seed);
            if (participant < from) {
                stream.add(seed);
            } else {
                stream.subtract(seed);
            }
        }
        stream.apply();
        return new Message.MaskedVector(participant, masked);
    }

    private void open(int from, byte[] sealed) {
        byte[] secret = envelopeSecrets.get(from);
        if (secret == null) {
            throw new ProtocolViolationException("Participant (" + from + ") is no neighbour and sent an envelope.");
        }
        byte[] opened = SealedBox.open(Keys.envelope(secret, terms, from, participant), sealed, from);
        if (opened.length != 2 * Shamir.PARTS * Long.BYTES) {
            throw new ProtocolViolationException("The envelope of participant (" + from + ") holds no shares.");
        }
        ByteBuffer buffer = ByteBuffer.wrap(opened);
        ownMaskShares.put(from, shares(buffer));
        keyShares.put(from, shares(buffer));
    }

    private static long[] shares(ByteBuffer buffer) {
        long[] shares = new long[Shamir.PARTS];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = buffer.getLong();
        }
        return shares;
    }

    /**
     * Proves to its neighbours who survived, as it was told. A tag and not a signature: nobody but the neighbour has to believe
     * it, and the key that makes it is of this run, as the keys are that the two agreed by.
     *
     * @throws ProtocolViolationException where it is not among them, or they are too few
     */
    public Message.Consent consent(Message.Survivors told) {
        next(Step.CONSENT, Step.REVEAL);
        survivors = new HashSet<>(told.participants());
        if (!survivors.contains(participant)
                || survivors.size() < terms.minimumSurvivors()
                || survivors.size() != told.participants().size()) {
            throw new ProtocolViolationException("(" + told.participants().size() + ") survivors were named"
                    + (survivors.contains(participant) ? "" : " without this participant") + ", at least "
                    + terms.minimumSurvivors() + " different ones are needed.");
        }
        survived = survived(terms, survivors);
        Map<Integer, byte[]> tags = new HashMap<>();
        for (int neighbour : pairSeeds.keySet()) {
            if (survivors.contains(neighbour)) {
                tags.put(neighbour, tag(participant, neighbour));
            }
        }
        return new Message.Consent(participant, tags);
    }

    private static byte[] survived(Terms terms, Set<Integer> participants) {
        ByteBuffer buffer = ByteBuffer.allocate(Integer.BYTES * participants.size());
        new TreeSet<>(participants).forEach(buffer::putInt);
        return terms.signed("survivors", buffer.array());
    }

    private byte[] tag(int from, int to) {
        byte[] secret = Objects.requireNonNull(envelopeSecrets.get(from == participant ? to : from));
        return Keys.hmac(Keys.consent(secret, terms, from, to), survived);
    }

    /**
     * Says what the server needs to take the masks out of the sum.
     *
     * @throws ProtocolViolationException where too few neighbours were told of the same survivors as this participant
     */
    public Message.Revelation reveal(Message.Consents told) {
        next(Step.REVEAL, Step.DONE);
        Set<Integer> agreed = new HashSet<>();
        agreed.add(participant);
        for (Map.Entry<Integer, byte[]> consent : new TreeMap<>(told.tags()).entrySet()) {
            int id = consent.getKey();
            if (agreed.size() < threshold && pairSeeds.containsKey(id) && survivors.contains(id)) {
                if (!MessageDigest.isEqual(tag(id, participant), consent.getValue())) {
                    throw new ProtocolViolationException("Participant (" + id
                            + ") was not told of the survivors that were named here. Maybe the server names different ones to"
                            + " different participants.");
                }
                agreed.add(id);
            }
        }
        if (agreed.size() < threshold) {
            throw new ProtocolViolationException("Only (" + agreed.size()
                    + ") of the neighbours, with this participant, were told of the survivors; " + threshold
                    + " are needed.");
        }
        return revelation();
    }

    private Message.Revelation revelation() {
        Map<Integer, long[]> ofOwnMasks = new HashMap<>(ownMaskShares);
        Map<Integer, long[]> ofKeys = new HashMap<>(keyShares);
        Map<Integer, byte[]> seeds = new HashMap<>(pairSeeds);
        ofOwnMasks.keySet().retainAll(survivors);
        ofKeys.keySet().removeAll(survivors);
        seeds.keySet().removeAll(survivors);
        Arrays.fill(ownMaskSeed, (byte) 0);
        Arrays.fill(maskKeySeed, (byte) 0);
        return new Message.Revelation(participant, ofOwnMasks, ofKeys, seeds);
    }
}
