package io.edgeai.federated.transport;

import com.google.protobuf.ByteString;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.Receipt;
import io.edgeai.federated.RoundTask;
import io.edgeai.federated.Sending;
import io.edgeai.federated.Update;
import io.edgeai.federated.UpdateGuard;
import io.edgeai.federated.codec.Codec;
import io.edgeai.federated.secagg.FixedPoint;
import io.edgeai.federated.secagg.SumCoding;
import io.edgeai.federated.secagg.SumTerms;
import io.edgeai.federated.strategy.LocalRule;
import io.edgeai.federated.training.Evaluation;
import io.edgeai.federated.training.SgdSettings;
import io.edgeai.federated.transport.wire.Federation;
import io.edgeai.federated.transport.wire.Federation.ToCoordinator;
import io.edgeai.federated.transport.wire.Federation.ToParticipant;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Tasks, updates and receipts to and from their messages. Stateless. */
final class Messages {
    /** Of the protocol. */
    static final int VERSION = 2;

    static final String FLOAT32 = "f32";
    static final String GUARD = "guard";
    static final String SECURE = "secagg";
    static final String NARROW_MASKS = "masks8";
    static final String MEASURE = "measure";
    static final String MASKED = "masked";

    private Messages() {}

    static Iterator<ToParticipant> one(ToParticipant.Builder message) {
        return List.of(message.build()).iterator();
    }

    static Iterator<ToCoordinator> one(ToCoordinator.Builder message) {
        return List.of(message.build()).iterator();
    }

    static Iterator<ToParticipant> task(RoundTask task) {
        SgdSettings settings = task.settings();
        int coded = task.codedBytes();
        int floats = (task.wire().remaining() - coded) / Float.BYTES;
        Sending how = task.sending();
        Codec codec = how.codec();
        Federation.Task.Builder head = Federation.Task.newBuilder()
                .setRound(task.round())
                .setModelVersion(task.version())
                .setParameters(task.size())
                .setControl(coded > 0 ? floats : floats - task.size())
                .setEpochs(settings.epochs())
                .setBatchSize(settings.batchSize())
                .setLearningRate(settings.learningRate())
                .setMomentum(settings.momentum())
                .setWeightDecay(settings.weightDecay())
                .setMu(settings.mu())
                .setRule(task.rule().kind().name())
                .setRuleStrength(task.rule().strength())
                .setWantsInitialLoss(task.wantsInitialLoss())
                .setSeed(task.seed())
                .setCodedBytes(coded)
                .setEncoding(codec == null ? "" : codec.name())
                .setFeedbackDecay(how.decay());
        if (how.guard() != null) {
            head.setGuard(guard(how.guard()));
        }
        Stream<ToParticipant> chunks = stream(Vectors.chunks(task.wire())).map(data -> ToParticipant.newBuilder()
                .setChunk(Federation.Chunk.newBuilder().setData(data))
                .build());
        return Stream.concat(Stream.of(ToParticipant.newBuilder().setTask(head).build()), chunks)
                .iterator();
    }

    private static Federation.Guard guard(UpdateGuard guard) {
        Federation.Guard.Builder wire =
                Federation.Guard.newBuilder().setClipNorm(guard.clipNorm()).setNoise(guard.noise());
        Arrays.stream(guard.layers()).forEach(wire::addLayers);
        SumTerms sum = guard.sum();
        if (sum != null) {
            wire.setSum(Federation.SecureSum.newBuilder()
                    .setGranularity(sum.units().granularity())
                    .setSummands(sum.units().summands())
                    .setNoise(sum.noise())
                    .setDegree(sum.degree())
                    .setMinimumSurvivors(sum.minimumSurvivors())
                    .setBits(sum.coding().bits())
                    .setShare(sum.coding().share())
                    .setMaskBits(sum.maskBits()));
        }
        return wire.build();
    }

    /** @throws InvalidInputException for a codec, limit or sum that this participant does not know */
    static Sending sending(Federation.Task head) {
        return new Sending(
                head.getEncoding().isEmpty() ? null : Codec.named(head.getEncoding()),
                head.getFeedbackDecay(),
                head.hasGuard() ? guard(head.getGuard()) : null);
    }

    private static UpdateGuard guard(Federation.Guard wire) {
        Federation.SecureSum sum = wire.getSum();
        return new UpdateGuard(
                wire.getClipNorm(),
                wire.getLayersList().stream().mapToInt(Integer::intValue).toArray(),
                wire.getNoise(),
                wire.hasSum()
                        ? new SumTerms(
                                new FixedPoint(sum.getGranularity(), sum.getSummands()),
                                sum.getNoise(),
                                sum.getDegree(),
                                sum.getMinimumSurvivors(),
                                new SumCoding(sum.getBits(), sum.getShare()),
                                sum.getMaskBits() == 0 ? Integer.SIZE : sum.getMaskBits())
                        : null);
    }

    /** @throws InvalidInputException for a task that this participant does not know how to do */
    static RoundTask task(Federation.Task head, Vectors.Arrival arrived) {
        RoundTask task;
        if (arrived instanceof Vectors.Coded coded) {
            task = task(head, new float[head.getParameters()], coded.more()).arrivedAs(coded.message());
        } else {
            Vectors.Assembly vectors = (Vectors.Assembly) arrived;
            task = task(head, vectors.first(), vectors.second());
        }
        if (task.version() != head.getModelVersion()) {
            throw new InvalidInputException("The model of round (" + head.getRound() + ") arrived as version ("
                    + Long.toHexString(task.version()) + "), not " + Long.toHexString(head.getModelVersion()) + ".");
        }
        return task.sending(sending(head));
    }

    private static RoundTask task(Federation.Task head, float[] parameters, float @Nullable [] control) {
        return RoundTask.received(
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

    /** @param coded bytes of the parameters in the encoding; 0 for float32 */
    static Federation.UpdateHeader header(RoundTask task, Update update, String encoding, int coded) {
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
                .setEncoding(encoding)
                .setCodedBytes(coded)
                .build();
    }

    static Iterator<ToCoordinator> chunks(ByteBuffer payload) {
        return stream(Vectors.chunks(payload))
                .map(data -> ToCoordinator.newBuilder()
                        .setChunk(Federation.Chunk.newBuilder().setData(data))
                        .build())
                .iterator();
    }

    /** @throws InvalidInputException where its bytes are no message of a codec */
    static Update update(RoundTask task, Federation.UpdateHeader header, Vectors.Arrival arrived) {
        if (arrived instanceof Vectors.Coded coded) {
            float[] parameters = Codec.decode(coded.message(), task.size());
            float[] before = task.parameters();
            for (int i = 0; i < parameters.length; i++) {
                parameters[i] += before[i];
            }
            return update(header, parameters, coded.more()).bytes(header.getCodedBytes() + 4L * header.getControl());
        }
        Vectors.Assembly vectors = (Vectors.Assembly) arrived;
        return update(header, vectors.first(), vectors.second());
    }

    private static Update update(Federation.UpdateHeader header, float[] parameters, float @Nullable [] control) {
        return Update.received(parameters, header.getSamples())
                .steps(header.getSteps())
                .initialLoss(header.getInitialLoss())
                .seconds(header.getSeconds())
                .control(control)
                .answering(header.getModelVersion(), header.getUpdate());
    }

    static ToCoordinator.Builder score(RoundTask task, Evaluation own) {
        return ToCoordinator.newBuilder()
                .setScore(Federation.Score.newBuilder()
                        .setRound(task.round())
                        .setModelVersion(task.version())
                        .setSamples(own.samples())
                        .setAccuracy(own.accuracy())
                        .setLoss(own.loss()));
    }

    static ToParticipant.Builder refusal(RefusalReason code, String reason) {
        return ToParticipant.newBuilder()
                .setRefusal(Federation.Refusal.newBuilder()
                        .setReason(reason)
                        .setCode(Federation.Refusal.Code.valueOf(code.name())));
    }

    static ParticipantRefusedException refusal(Federation.Refusal refusal, String participant) {
        RefusalReason code = Arrays.stream(RefusalReason.values())
                .filter(each -> each.name().equals(refusal.getCode().name()))
                .findFirst()
                .orElse(RefusalReason.OTHER);
        return new ParticipantRefusedException(
                code, "The coordinator does not take participant (" + participant + "): " + refusal.getReason() + ".");
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
