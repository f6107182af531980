package io.edgeai.federated.transport;

import com.google.protobuf.ByteString;
import io.edgeai.federated.secagg.Message;
import io.edgeai.federated.secagg.ProtocolViolationException;
import io.edgeai.federated.transport.wire.Federation;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Messages of secure aggregation to and from the wire; what is read has the lengths it must have. Stateless. */
final class AggregationMessages {
    private static final int KEY_BYTES = 32;
    private static final int SEED_BYTES = 16;
    private static final int TAG_BYTES = 32;
    private static final int SHARE_BYTES = 24;
    private static final int MOST_SEALED_BYTES = 256;
    private static final int MOST_SIGNATURE_BYTES = 1024;

    private AggregationMessages() {}

    /** @throws ProtocolViolationException for a masked vector, which travels in chunks */
    static Federation.Aggregation write(int round, Message message) {
        Federation.Aggregation.Builder wire =
                Federation.Aggregation.newBuilder().setRound(round);
        if (message instanceof Message.Advertisement keys) {
            wire.setKeys(keys(keys));
        } else if (message instanceof Message.Neighbours told) {
            wire.setNeighbours(Federation.Neighbours.newBuilder()
                    .setParticipants(told.participants())
                    .addAllNeighbours(told.neighbours().stream()
                            .map(AggregationMessages::keys)
                            .toList()));
        } else if (message instanceof Message.Shares shares) {
            wire.setShares(Federation.Shares.newBuilder()
                    .setCommitment(ByteString.copyFrom(shares.commitment()))
                    .putAllSealed(each(shares.sealed(), ByteString::copyFrom)));
        } else if (message instanceof Message.Envelopes envelopes) {
            wire.setEnvelopes(
                    Federation.Envelopes.newBuilder().putAllSealed(each(envelopes.sealed(), ByteString::copyFrom)));
        } else if (message instanceof Message.Survivors survivors) {
            wire.setSurvivors(Federation.Survivors.newBuilder().addAllParticipants(survivors.participants()));
        } else if (message instanceof Message.Consent consent) {
            wire.setConsent(Federation.Consent.newBuilder().putAllTags(each(consent.tags(), ByteString::copyFrom)));
        } else if (message instanceof Message.Consents consents) {
            wire.setConsents(Federation.Consents.newBuilder().putAllTags(each(consents.tags(), ByteString::copyFrom)));
        } else if (message instanceof Message.Revelation told) {
            wire.setRevelation(Federation.Revelation.newBuilder()
                    .putAllOwnMaskShares(each(told.ownMaskShares(), AggregationMessages::share))
                    .putAllKeyShares(each(told.keyShares(), AggregationMessages::share))
                    .putAllPairSeeds(each(told.pairSeeds(), ByteString::copyFrom)));
        } else {
            throw new ProtocolViolationException("A masked vector travels in chunks.");
        }
        return wire.build();
    }

    private static Federation.Keys keys(Message.Advertisement keys) {
        return Federation.Keys.newBuilder()
                .setParticipant(keys.participant())
                .setEnvelopeKey(ByteString.copyFrom(keys.envelopeKey()))
                .setMaskKey(ByteString.copyFrom(keys.maskKey()))
                .setSignature(ByteString.copyFrom(keys.signature()))
                .build();
    }

    private static ByteString share(long[] parts) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * parts.length);
        bytes.asLongBuffer().put(parts);
        return ByteString.copyFrom(bytes);
    }

    /**
     * What the participant of that number says; under whose number it says it is not asked.
     *
     * @throws ProtocolViolationException for what only a coordinator says, and for parts of a wrong length
     */
    static Message ofParticipant(Federation.Aggregation wire, int number) {
        return switch (wire.getStepCase()) {
            case KEYS -> keys(wire.getKeys(), number);
            case SHARES ->
                new Message.Shares(
                        number,
                        exactly(KEY_BYTES, wire.getShares().getCommitment()),
                        each(wire.getShares().getSealedMap(), box -> atMost(MOST_SEALED_BYTES, box)));
            case CONSENT ->
                new Message.Consent(number, each(wire.getConsent().getTagsMap(), tag -> exactly(TAG_BYTES, tag)));
            case REVELATION ->
                new Message.Revelation(
                        number,
                        each(wire.getRevelation().getOwnMaskSharesMap(), AggregationMessages::parts),
                        each(wire.getRevelation().getKeySharesMap(), AggregationMessages::parts),
                        each(wire.getRevelation().getPairSeedsMap(), seed -> exactly(SEED_BYTES, seed)));
            default -> throw new ProtocolViolationException("No participant says (" + wire.getStepCase() + ").");
        };
    }

    /** @throws ProtocolViolationException for what only a participant says, and for parts of a wrong length */
    static Message ofCoordinator(Federation.Aggregation wire) {
        return switch (wire.getStepCase()) {
            case NEIGHBOURS ->
                new Message.Neighbours(
                        wire.getNeighbours().getParticipants(),
                        wire.getNeighbours().getNeighboursList().stream()
                                .map(keys -> keys(keys, keys.getParticipant()))
                                .toList());
            case ENVELOPES ->
                new Message.Envelopes(each(wire.getEnvelopes().getSealedMap(), box -> atMost(MOST_SEALED_BYTES, box)));
            case SURVIVORS ->
                new Message.Survivors(List.copyOf(wire.getSurvivors().getParticipantsList()));
            case CONSENTS ->
                new Message.Consents(each(wire.getConsents().getTagsMap(), tag -> exactly(TAG_BYTES, tag)));
            default -> throw new ProtocolViolationException("No coordinator says (" + wire.getStepCase() + ").");
        };
    }

    private static Message.Advertisement keys(Federation.Keys keys, int number) {
        return new Message.Advertisement(
                number,
                exactly(KEY_BYTES, keys.getEnvelopeKey()),
                exactly(KEY_BYTES, keys.getMaskKey()),
                atMost(MOST_SIGNATURE_BYTES, keys.getSignature()));
    }

    private static long[] parts(ByteString bytes) {
        LongBuffer parts = ByteBuffer.wrap(exactly(SHARE_BYTES, bytes)).asLongBuffer();
        long[] share = new long[parts.remaining()];
        parts.get(share);
        return share;
    }

    private static byte[] exactly(int length, ByteString bytes) {
        if (bytes.size() != length) {
            throw new ProtocolViolationException("A part of (" + bytes.size() + ") bytes came, not of " + length + ".");
        }
        return bytes.toByteArray();
    }

    private static byte[] atMost(int length, ByteString bytes) {
        if (bytes.size() > length) {
            throw new ProtocolViolationException(
                    "A part of (" + bytes.size() + ") bytes came, more than " + length + ".");
        }
        return bytes.toByteArray();
    }

    private static <A, B> Map<Integer, B> each(Map<Integer, A> all, Function<A, B> change) {
        Map<Integer, B> changed = new HashMap<>();
        all.forEach((participant, value) -> changed.put(participant, change.apply(value)));
        return changed;
    }
}
