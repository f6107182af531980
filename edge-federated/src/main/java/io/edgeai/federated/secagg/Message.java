package io.edgeai.federated.secagg;

import java.util.List;
import java.util.Map;

/**
 * What travels between server and participants, in the order of the protocol. Immutable as long as arrays are left alone; a
 * transport bounds their lengths before it allocates them.
 */
@SuppressWarnings("ArrayRecordComponent")
public sealed interface Message {
    /**
     * First, from a participant: its public keys of this round, signed.
     *
     * @param envelopeKey for sealing messages to it, 32 bytes
     * @param maskKey for masks with it, 32 bytes
     */
    record Advertisement(int participant, byte[] envelopeKey, byte[] maskKey, byte[] signature) implements Message {}

    /**
     * Second, to a participant: its neighbours.
     *
     * @param participants all that advertised
     */
    record Neighbours(int participants, List<Advertisement> neighbours) implements Message {
        public Neighbours {
            neighbours = List.copyOf(neighbours);
        }
    }

    /**
     * Third, from a participant: shares of its secrets, sealed for each neighbour.
     *
     * @param commitment SHA-256 of the seed of its own mask
     * @param sealed by neighbour
     */
    record Shares(int participant, byte[] commitment, Map<Integer, byte[]> sealed) implements Message {
        public Shares {
            sealed = Map.copyOf(sealed);
        }
    }

    /** Fourth, to a participant: what its neighbours sealed for it. */
    record Envelopes(Map<Integer, byte[]> sealed) implements Message {
        public Envelopes {
            sealed = Map.copyOf(sealed);
        }
    }

    /** Fifth, from a participant: its vector with all masks, modulo two to the power of the terms' maskBits. */
    record MaskedVector(int participant, int[] values) implements Message {}

    /** Sixth, to those whose vectors came: whose came. */
    record Survivors(List<Integer> participants) implements Message {
        public Survivors {
            participants = List.copyOf(participants);
        }
    }

    /**
     * Seventh, from a participant: which survivors it was told of, proven to each neighbour by a tag of 32 bytes that only the
     * two of them can make.
     *
     * @param tags by neighbour
     */
    record Consent(int participant, Map<Integer, byte[]> tags) implements Message {
        public Consent {
            tags = Map.copyOf(tags);
        }
    }

    /**
     * Eighth, to a participant: what its neighbours prove to it.
     *
     * @param tags by neighbour
     */
    record Consents(Map<Integer, byte[]> tags) implements Message {
        public Consents {
            tags = Map.copyOf(tags);
        }
    }

    /**
     * Ninth, from a participant: for each neighbour that survived, and itself, a share of its own mask's seed; for each that
     * dropped out after sharing, a share of its mask key's seed and the seed of the mask with it. Never both for one.
     */
    record Revelation(
            int participant,
            Map<Integer, long[]> ownMaskShares,
            Map<Integer, long[]> keyShares,
            Map<Integer, byte[]> pairSeeds)
            implements Message {
        public Revelation {
            ownMaskShares = Map.copyOf(ownMaskShares);
            keyShares = Map.copyOf(keyShares);
            pairSeeds = Map.copyOf(pairSeeds);
        }
    }
}
