package io.edgeai.federated.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.edgeai.federated.secagg.Message;
import io.edgeai.federated.secagg.ProtocolViolationException;
import io.edgeai.federated.transport.wire.Federation;
import io.edgeai.federated.transport.wire.Federation.Aggregation;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What arrives of a message of secure aggregation is what was sent, or nothing. */
class AggregationMessagesTest {
    private static final Random RANDOM = new Random(17);

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static <V> Map<Integer, V> byParticipant(List<V> values) {
        Map<Integer, V> all = new HashMap<>();
        for (V value : values) {
            all.put(3 * all.size(), value);
        }
        return all;
    }

    private static Message.Advertisement keys(int participant) {
        return new Message.Advertisement(participant, bytes(32), bytes(32), bytes(71));
    }

    private static Aggregation sent(Message message) {
        try {
            return Aggregation.parseFrom(AggregationMessages.write(12, message).toByteArray());
        } catch (InvalidProtocolBufferException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    static Stream<Message> ofParticipants() {
        return Stream.of(
                keys(5),
                new Message.Shares(5, bytes(32), byParticipant(List.of(bytes(64), bytes(64)))),
                new Message.Consent(5, byParticipant(List.of(bytes(32), bytes(32)))),
                new Message.Revelation(
                        5,
                        byParticipant(List.of(new long[] {1, -2, Long.MAX_VALUE})),
                        byParticipant(List.of(new long[] {4, 5, 6}, new long[] {7, 8, 9})),
                        byParticipant(List.of(bytes(16)))));
    }

    static Stream<Message> ofCoordinators() {
        return Stream.of(
                new Message.Neighbours(9, List.of(keys(1), keys(8))),
                new Message.Envelopes(byParticipant(List.of(bytes(64), bytes(64), bytes(64)))),
                new Message.Survivors(List.of(0, 4, 2_000_000_000)),
                new Message.Consents(byParticipant(List.of(bytes(32), bytes(32), bytes(32)))));
    }

    /** Arrays by their values, maps in order: records would compare arrays by identity. */
    private static String spelled(Object value) {
        if (value instanceof byte[] bytes) {
            return Arrays.toString(bytes);
        }
        if (value instanceof long[] numbers) {
            return Arrays.toString(numbers);
        }
        if (value instanceof Map<?, ?> map) {
            return map.keySet().stream()
                    .sorted()
                    .map(key -> key + "=" + spelled(map.get(key)))
                    .toList()
                    .toString();
        }
        if (value instanceof List<?> list) {
            return list.stream().map(AggregationMessagesTest::spelled).toList().toString();
        }
        if (value instanceof Record each) {
            return Arrays.stream(each.getClass().getRecordComponents())
                    .map(component -> {
                        try {
                            return component.getName() + ":"
                                    + spelled(component.getAccessor().invoke(each));
                        } catch (ReflectiveOperationException e) {
                            throw new LinkageError(e.getMessage(), e);
                        }
                    })
                    .toList()
                    .toString();
        }
        return String.valueOf(value);
    }

    @ParameterizedTest
    @MethodSource("ofParticipants")
    void whatAParticipantSaysArrives(Message message) {
        Aggregation wire = sent(message);
        assertThat(wire.getRound()).isEqualTo(12);
        assertThat(spelled(AggregationMessages.ofParticipant(wire, 5))).isEqualTo(spelled(message));
        assertThatThrownBy(() -> AggregationMessages.ofCoordinator(wire))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("No coordinator says");
    }

    @ParameterizedTest
    @MethodSource("ofCoordinators")
    void whatACoordinatorSaysArrives(Message message) {
        Aggregation wire = sent(message);
        assertThat(spelled(AggregationMessages.ofCoordinator(wire))).isEqualTo(spelled(message));
        assertThatThrownBy(() -> AggregationMessages.ofParticipant(wire, 5))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("No participant says");
    }

    /** Number 5 is what the connection says, whatever the message does. */
    @Test
    void aParticipantSpeaksUnderItsOwnNumberOnly() {
        Message taken = AggregationMessages.ofParticipant(sent(keys(4)), 5);
        assertThat(taken).isInstanceOfSatisfying(Message.Advertisement.class, own -> assertThat(own.participant())
                .isEqualTo(5));
    }

    private static ByteString blank(int length) {
        return ByteString.copyFrom(new byte[length]);
    }

    static Stream<Arguments> wrongLengths() {
        Federation.Keys.Builder good = Federation.Keys.newBuilder()
                .setEnvelopeKey(blank(32))
                .setMaskKey(blank(32))
                .setSignature(blank(64));
        return Stream.of(
                Arguments.of(31, wrap(a -> a.setKeys(good.clone().setEnvelopeKey(blank(31))))),
                Arguments.of(33, wrap(a -> a.setKeys(good.clone().setMaskKey(blank(33))))),
                Arguments.of(1025, wrap(a -> a.setKeys(good.clone().setSignature(blank(1025))))),
                Arguments.of(
                        257,
                        wrap(a -> a.setShares(Federation.Shares.newBuilder()
                                .setCommitment(blank(32))
                                .putSealed(1, blank(257))))),
                Arguments.of(
                        31,
                        wrap(a -> a.setConsent(Federation.Consent.newBuilder().putTags(1, blank(31))))),
                Arguments.of(
                        33,
                        wrap(a -> a.setConsent(Federation.Consent.newBuilder().putTags(1, blank(33))))),
                Arguments.of(
                        23,
                        wrap(a -> a.setRevelation(
                                Federation.Revelation.newBuilder().putOwnMaskShares(1, blank(23))))),
                Arguments.of(
                        17,
                        wrap(a -> a.setRevelation(
                                Federation.Revelation.newBuilder().putPairSeeds(1, blank(17))))));
    }

    private static Aggregation wrap(UnaryOperator<Aggregation.Builder> step) {
        return step.apply(Aggregation.newBuilder()).build();
    }

    @ParameterizedTest
    @MethodSource("wrongLengths")
    void partsHaveTheLengthsTheyMustHave(int length, Aggregation wire) {
        assertThatThrownBy(() -> AggregationMessages.ofParticipant(wire, 5))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("A part of (" + length + ") bytes came");
    }

    @Test
    void aMaskedVectorIsNoMessageOfItsOwn() {
        assertThatThrownBy(() -> AggregationMessages.write(1, new Message.MaskedVector(1, new int[3])))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("travels in chunks");
    }
}
