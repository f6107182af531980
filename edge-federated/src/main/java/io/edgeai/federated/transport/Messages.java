package io.edgeai.federated.transport;

import com.google.protobuf.ByteString;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.Receipt;
import io.edgeai.federated.RoundTask;
import io.edgeai.federated.Update;
import io.edgeai.federated.strategy.LocalRule;
import io.edgeai.federated.training.SgdSettings;
import io.edgeai.federated.transport.wire.Federation;
import io.edgeai.federated.transport.wire.Federation.ToCoordinator;
import io.edgeai.federated.transport.wire.Federation.ToParticipant;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Tasks, updates and receipts to and from their messages. Stateless. */
final class Messages {
    /** Of the protocol. */
    static final int VERSION = 1;

    static final String FLOAT32 = "f32";

    private Messages() {}

    static Iterator<ToParticipant> one(ToParticipant.Builder message) {
        return List.of(message.build()).iterator();
    }

    static Iterator<ToCoordinator> one(ToCoordinator.Builder message) {
        return List.of(message.build()).iterator();
    }

    static Iterator<ToParticipant> task(RoundTask task) {
        SgdSettings settings = task.settings();
        int floats = task.wire().remaining() / Float.BYTES;
        Federation.Task.Builder head = Federation.Task.newBuilder()
                .setRound(task.round())
                .setModelVersion(task.version())
                .setParameters(task.size())
                .setControl(floats - task.size())
                .setEpochs(settings.epochs())
                .setBatchSize(settings.batchSize())
                .setLearningRate(settings.learningRate())
                .setMomentum(settings.momentum())
                .setWeightDecay(settings.weightDecay())
                .setMu(settings.mu())
                .setRule(task.rule().kind().name())
                .setRuleStrength(task.rule().strength())
                .setWantsInitialLoss(task.wantsInitialLoss())
                .setSeed(task.seed());
        Stream<ToParticipant> chunks = stream(Vectors.chunks(task.wire())).map(data -> ToParticipant.newBuilder()
                .setChunk(Federation.Chunk.newBuilder().setData(data))
                .build());
        return Stream.concat(Stream.of(ToParticipant.newBuilder().setTask(head).build()), chunks)
                .iterator();
    }

    /** @throws InvalidInputException for a task that this participant does not know how to do */
    static RoundTask task(Federation.Task head, float[] parameters, float @Nullable [] control) {
        RoundTask task = RoundTask.received(
                head.getRound(),
                parameters,
                control,
                new SgdSettings(
                        head.getEpochs(),
                        head.getBatchSize(),
                        head.getLearningRate(),
                        head.getMomentum(),
                        head.getWeightDecay(),
                        head.getMu()),
                rule(head),
                head.getWantsInitialLoss(),
                head.getSeed());
        if (task.version() != head.getModelVersion()) {
            throw new InvalidInputException("The model of round (" + head.getRound() + ") arrived as version ("
                    + Long.toHexString(task.version()) + "), not " + Long.toHexString(head.getModelVersion()) + ".");
        }
        return task;
    }

    private static LocalRule rule(Federation.Task head) {
        for (LocalRule.Kind kind : LocalRule.Kind.values()) {
            if (kind.name().equals(head.getRule())) {
                return new LocalRule(kind, head.getRuleStrength());
            }
        }
        throw new InvalidInputException(
                "Local rule (" + head.getRule() + ") is not known here. Maybe update this" + " participant.");
    }

    static Federation.UpdateHeader header(RoundTask task, Update update) {
        float[] control = update.control();
        return Federation.UpdateHeader.newBuilder()
                .setRound(task.round())
                .setModelVersion(task.version())
                .setUpdate(task.updateId())
                .setParameters(update.parameters().length)
                .setControl(control == null ? 0 : control.length)
                .setSamples(update.samples())
                .setSteps(update.steps())
                .setInitialLoss(update.initialLoss())
                .setSeconds(update.seconds())
                .build();
    }

    static Iterator<ToCoordinator> chunks(Update update) {
        return stream(Vectors.chunks(Vectors.bytes(update.parameters(), update.control())))
                .map(data -> ToCoordinator.newBuilder()
                        .setChunk(Federation.Chunk.newBuilder().setData(data))
                        .build())
                .iterator();
    }

    static Update update(Federation.UpdateHeader header, Vectors.Assembly vectors) {
        return Update.received(vectors.first(), header.getSamples())
                .steps(header.getSteps())
                .initialLoss(header.getInitialLoss())
                .seconds(header.getSeconds())
                .control(vectors.second())
                .answering(header.getModelVersion(), header.getUpdate());
    }

    static ToParticipant.Builder receipt(Receipt receipt) {
        return ToParticipant.newBuilder()
                .setReceipt(Federation.Receipt.newBuilder()
                        .setRound(receipt.round())
                        .setUpdate(receipt.updateId())
                        .setAccepted(receipt.accepted())
                        .setReason(receipt.reason()));
    }

    static Receipt receipt(Federation.Receipt receipt) {
        return new Receipt(receipt.getRound(), receipt.getUpdate(), receipt.getAccepted(), receipt.getReason());
    }

    private static Stream<ByteString> stream(Iterator<ByteString> chunks) {
        Iterable<ByteString> once = () -> chunks;
        return StreamSupport.stream(once.spliterator(), false);
    }
}
