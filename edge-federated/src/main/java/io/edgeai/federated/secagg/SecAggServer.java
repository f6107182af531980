package io.edgeai.federated.secagg;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.QuorumNotReachedException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The server of one secure aggregation. In each phase it accepts messages while it waits for participants, as long as the
 * caller likes; the call that begins the next phase closes the last one, and messages that come after that are refused.
 * Masked vectors are added up as they come: memory for one vector. Where too few are left it throws
 * {@link QuorumNotReachedException}, and no sum can be had any more. Not thread-safe.
 */
public final class SecAggServer {
    private enum Phase {
        KEYS,
        SHARES,
        VECTORS,
        CONSENTS,
        REVELATIONS,
        DONE
    }

    private final Terms terms;
    private final KeyExchange exchange;
    private final Map<Integer, Message.Advertisement> keys = new TreeMap<>();
    private final Set<ByteBuffer> distinctKeys = new HashSet<>();
    private final Map<Integer, Message.Shares> shares = new TreeMap<>();
    private final Set<Integer> survivors = new TreeSet<>();
    private final Map<Integer, Message.Consent> consents = new TreeMap<>();
    private final Map<Integer, Message.Revelation> revelations = new TreeMap<>();
    private final int[] sum;
    private @Nullable NeighbourGraph graph;
    private int advertised;
    private Phase phase = Phase.KEYS;

    SecAggServer(Terms terms, KeyExchange exchange) {
        this.terms = terms;
        this.exchange = exchange;
        this.sum = new int[terms.size()];
    }

    /** Begins an aggregation. */
    public static SecAggServer start(Terms terms) {
        return new SecAggServer(terms, new X25519());
    }

    private void expect(Phase expected, int participant) {
        if (phase != expected) {
            throw new LifecycleException("A message of participant (" + participant + ") for " + expected + " came at "
                    + phase + ". Maybe it was too late for this round.");
        }
    }

    private static void once(boolean first, int participant) {
        if (!first) {
            throw new ProtocolViolationException("Participant (" + participant + ") sent a second message.");
        }
    }

    private static void known(boolean is, int participant) {
        if (!is) {
            throw new ProtocolViolationException(
                    "Participant (" + participant + ") was not in the phase before, or names one that was not.");
        }
    }

    /**
     * Any message of a participant.
     *
     * @throws ProtocolViolationException where it is none, or does not belong to this aggregation
     * @throws LifecycleException where its phase is over or not yet there
     */
    public void receive(Message message) {
        if (message instanceof Message.Advertisement keys) {
            accept(keys);
        } else if (message instanceof Message.Shares sealed) {
            accept(sealed);
        } else if (message instanceof Message.MaskedVector vector) {
            accept(vector);
        } else if (message instanceof Message.Consent consent) {
            accept(consent);
        } else if (message instanceof Message.Revelation revelation) {
            accept(revelation);
        } else {
            throw new ProtocolViolationException(
                    "A participant sent (" + message.getClass().getSimpleName() + "), which only the server sends.");
        }
    }

    /** @throws ProtocolViolationException where a key or participant came before */
    public void accept(Message.Advertisement message) {
        expect(Phase.KEYS, message.participant());
        once(!keys.containsKey(message.participant()), message.participant());
        boolean newEnvelopeKey = distinctKeys.add(ByteBuffer.wrap(message.envelopeKey()));
        boolean newMaskKey = distinctKeys.add(ByteBuffer.wrap(message.maskKey()));
        if (!newEnvelopeKey || !newMaskKey) {
            throw new ProtocolViolationException(
                    "Participant (" + message.participant() + ") has a key of another. Maybe it takes part twice.");
        }
        keys.put(message.participant(), message);
    }

    /** For each participant that advertised, its neighbours. */
    public Map<Integer, Message.Neighbours> neighbours() {
        close(Phase.KEYS, Phase.SHARES, keys.size(), terms.minimumSurvivors());
        advertised = keys.size();
        NeighbourGraph drawn = new NeighbourGraph(keys.keySet(), terms.neighbours(advertised), new SecureRandom());
        graph = drawn;
        Map<Integer, Message.Neighbours> messages = new HashMap<>();
        for (int participant : keys.keySet()) {
            List<Message.Advertisement> own = new ArrayList<>();
            drawn.of(participant).forEach(neighbour -> own.add(present(keys, neighbour)));
            messages.put(participant, new Message.Neighbours(advertised, own));
        }
        return messages;
    }

    public void accept(Message.Shares message) {
        int from = message.participant();
        expect(Phase.SHARES, from);
        known(
                keys.containsKey(from)
                        && new HashSet<>(graph(from)).equals(message.sealed().keySet()),
                from);
        once(shares.putIfAbsent(from, message) == null, from);
    }

    /** For each participant that shared, what its neighbours sealed for it. */
    public Map<Integer, Message.Envelopes> envelopes() {
        close(Phase.SHARES, Phase.VECTORS, shares.size(), terms.minimumSurvivors());
        // Sender by sender, as what one sealed is together in memory.
        Map<Integer, List<Map.Entry<Integer, byte[]>>> boxes = new HashMap<>();
        shares.keySet().forEach(participant -> boxes.put(participant, new ArrayList<>()));
        for (Message.Shares from : shares.values()) {
            Integer sender = from.participant();
            from.sealed().forEach((participant, box) -> {
                List<Map.Entry<Integer, byte[]>> own = boxes.get(participant);
                if (own != null) {
                    own.add(Map.entry(sender, box));
                }
            });
        }
        Map<Integer, Message.Envelopes> messages = new HashMap<>();
        boxes.forEach((participant, own) -> messages.put(participant, envelopes(own)));
        return messages;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of entries has no type arguments
    private static Message.Envelopes envelopes(List<Map.Entry<Integer, byte[]>> boxes) {
        return new Message.Envelopes(Map.ofEntries(boxes.toArray(new Map.Entry[0])));
    }

    /** Adds a vector to the sum. */
    public void accept(Message.MaskedVector message) {
        int from = message.participant();
        expect(Phase.VECTORS, from);
        known(shares.containsKey(from) && message.values().length == terms.size(), from);
        once(survivors.add(from), from);
        int[] values = message.values();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += values[i];
        }
    }

    /** What to tell every participant whose vector came. */
    public Message.Survivors survivors() {
        close(Phase.VECTORS, Phase.CONSENTS, survivors.size(), terms.minimumSurvivors());
        return new Message.Survivors(List.copyOf(survivors));
    }

    public void accept(Message.Consent message) {
        expect(Phase.CONSENTS, message.participant());
        known(survivors.contains(message.participant()), message.participant());
        once(consents.putIfAbsent(message.participant(), message) == null, message.participant());
    }

    /** For each participant that consented, what its neighbours that did prove to it. */
    public Map<Integer, Message.Consents> consents() {
        close(Phase.CONSENTS, Phase.REVELATIONS, consents.size(), terms.threshold(advertised));
        Map<Integer, Message.Consents> messages = new HashMap<>();
        for (int participant : consents.keySet()) {
            Map<Integer, byte[]> own = new HashMap<>();
            for (int neighbour : graph(participant)) {
                Message.Consent consent = consents.get(neighbour);
                byte[] tag = consent == null ? null : consent.tags().get(participant);
                if (tag != null) {
                    own.put(neighbour, tag);
                }
            }
            messages.put(participant, new Message.Consents(own));
        }
        return messages;
    }

    public void accept(Message.Revelation message) {
        expect(Phase.REVELATIONS, message.participant());
        known(consents.containsKey(message.participant()), message.participant());
        once(revelations.putIfAbsent(message.participant(), message) == null, message.participant());
    }

    /**
     * The sum of all survivors' vectors, modulo two to the power of the terms' {@code maskBits}.
     *
     * @throws QuorumNotReachedException where too few revealed what is needed; there is no sum then
     * @throws ProtocolViolationException where shares do not give the secret that was committed to
     */
    public int[] sum() {
        close(Phase.REVELATIONS, Phase.DONE, revelations.size(), 1);
        Unmasking unmasking = new Unmasking(terms, exchange, terms.threshold(advertised), revelations);
        MaskStream stream = new MaskStream(sum, terms.maskBits());
        for (int survivor : survivors) {
            stream.subtract(
                    unmasking.ownMask(survivor, present(shares, survivor).commitment()));
        }
        Set<Integer> lost = lost();
        for (int survivor : survivors) {
            takeOutPairs(survivor, unmasking, stream, lost);
        }
        stream.apply();
        return sum.clone();
    }

    /**
     * A survivor masked its vector with those who then dropped out: the lower number of a pair added, the higher took away.
     * Survivor by survivor, as what one revealed is together in memory.
     */
    private void takeOutPairs(int survivor, Unmasking unmasking, MaskStream stream, Set<Integer> lost) {
        for (int dropped : graph(survivor)) {
            if (!lost.contains(dropped)) {
                continue;
            }
            byte[] seed = unmasking.pairMask(survivor, dropped, present(keys, survivor), present(keys, dropped));
            if (survivor < dropped) {
                stream.subtract(seed);
            } else {
                stream.add(seed);
            }
        }
    }

    /** Who shared and is no survivor. */
    private Set<Integer> lost() {
        Set<Integer> lost = new HashSet<>(shares.keySet());
        lost.removeAll(survivors);
        return lost;
    }

    private void close(Phase now, Phase following, int present, int needed) {
        if (phase != now) {
            throw new LifecycleException("The aggregation is at " + phase + ", not at " + now + ".");
        }
        if (present < needed) {
            phase = Phase.DONE;
            throw new QuorumNotReachedException("Round " + terms.round() + " of secure aggregation has (" + present
                    + ") participants left at " + now + ", needs " + needed + ". Maybe select more of them.");
        }
        phase = following;
    }

    private static <T> T present(Map<Integer, T> all, int participant) {
        return Objects.requireNonNull(all.get(participant));
    }

    private List<Integer> graph(int participant) {
        NeighbourGraph drawn = graph;
        return drawn == null ? List.of() : drawn.of(participant);
    }
}
