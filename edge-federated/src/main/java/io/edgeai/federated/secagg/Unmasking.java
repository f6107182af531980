package io.edgeai.federated.secagg;

import io.edgeai.core.error.QuorumNotReachedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Puts seeds together from what participants revealed. Remembers interpolation weights of the last holders. */
final class Unmasking {
    private final Terms terms;
    private final KeyExchange exchange;
    private final int threshold;
    private final Map<Integer, Message.Revelation> revelations;
    private final Map<Integer, KeyExchange.Pair> recovered = new HashMap<>();
    private int[] points = new int[0];
    private long[] weights = new long[0];

    Unmasking(Terms terms, KeyExchange exchange, int threshold, Map<Integer, Message.Revelation> revelations) {
        this.terms = terms;
        this.exchange = exchange;
        this.threshold = threshold;
        this.revelations = revelations;
    }

    /** The seed of a survivor's own mask. */
    byte[] ownMask(int survivor, byte[] commitment) {
        byte[] seed = join(survivor, revelation -> revelation.ownMaskShares().get(survivor));
        if (!Arrays.equals(Keys.sha256(seed), commitment)) {
            throw wrong(survivor);
        }
        return seed;
    }

    /** The seed of the mask between a survivor and one that dropped out: as the survivor says, or from the other's key. */
    byte[] pairMask(int survivor, int dropped, Message.Advertisement ofSurvivor, Message.Advertisement ofDropped) {
        Message.Revelation revelation = revelations.get(survivor);
        byte[] told = revelation == null ? null : revelation.pairSeeds().get(dropped);
        if (told != null) {
            return told;
        }
        KeyExchange.Pair pair = recovered.get(dropped);
        if (pair == null) {
            pair = exchange.pair(join(dropped, each -> each.keyShares().get(dropped)));
            if (!Arrays.equals(pair.publicKey(), ofDropped.maskKey())) {
                throw wrong(dropped);
            }
            recovered.put(dropped, pair);
        }
        return Keys.mask(pair.agree(ofSurvivor.maskKey()), terms, survivor, dropped);
    }

    private byte[] join(int owner, Function<Message.Revelation, long @Nullable []> share) {
        List<Integer> holders = new ArrayList<>();
        List<long[]> found = new ArrayList<>();
        for (Message.Revelation revelation : revelations.values()) {
            long[] own = share.apply(revelation);
            if (own != null && found.size() < threshold) {
                check(own, revelation.participant());
                holders.add(revelation.participant() + 1);
                found.add(own);
            }
        }
        if (found.size() < threshold) {
            throw new QuorumNotReachedException("Round " + terms.round() + " of secure aggregation has ("
                    + found.size() + ") shares of participant " + owner + ", needs " + threshold
                    + ". Maybe select more participants.");
        }
        int[] at = holders.stream().mapToInt(Integer::intValue).toArray();
        if (!Arrays.equals(at, points)) {
            points = at;
            weights = Shamir.weights(at);
        }
        return Shamir.join(found.toArray(new long[0][]), weights);
    }

    private static void check(long[] share, int holder) {
        boolean valid = share.length == Shamir.PARTS;
        for (long value : share) {
            valid &= value >= 0 && value < Field.PRIME;
        }
        if (!valid) {
            throw new ProtocolViolationException("Participant (" + holder + ") revealed what is no share.");
        }
    }

    private static ProtocolViolationException wrong(int owner) {
        return new ProtocolViolationException("The shares of participant (" + owner
                + ") do not give the secret that it committed to. Maybe one of their holders lies.");
    }
}
