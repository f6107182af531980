package io.edgeai.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.StatefulSession;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import io.edgeai.core.train.data.TensorData;
import io.edgeai.core.train.optimizer.Adam;
import io.edgeai.core.train.optimizer.Optimizer;
import io.edgeai.core.train.optimizer.Schedule;
import io.edgeai.core.train.optimizer.Sgd;
import io.edgeai.core.train.optimizer.UpdateRule;
import io.edgeai.core.train.optimizer.UpdateWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random nets, rules, batches and interruptions; each failure names its seed. */
class TrainingPropertyTest {
    private static final long SEEDS = new SplittableRandom().nextLong();

    @TempDir
    Path folder;

    private final OnnxRuntimeEngine engine = new OnnxRuntimeEngine();

    private static int[] widths(SplittableRandom random) {
        int[] widths = new int[2 + random.nextInt(3)];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = 2 + random.nextInt(9);
        }
        return widths;
    }

    private static UpdateRule rule(SplittableRandom random) {
        Optimizer optimizer =
                switch (random.nextInt(5)) {
                    case 0 -> Optimizer.sgd();
                    case 1 -> new Sgd(random.nextDouble(0.1, 0.95), false);
                    case 2 -> new Sgd(random.nextDouble(0.1, 0.95), true);
                    // a large epsilon keeps Adam from turning rounding of tiny gradients into whole steps
                    case 3 -> new Adam(random.nextDouble(0.5, 0.95), random.nextDouble(0.9, 0.9995), 1e-3, false);
                    default -> new Adam(random.nextDouble(0.5, 0.95), random.nextDouble(0.9, 0.9995), 1e-3, true);
                };
        UpdateRule.Builder builder = UpdateRule.builder(optimizer);
        if (random.nextBoolean()) {
            builder.weightDecay(random.nextDouble(0.001, 0.2));
        }
        if (random.nextBoolean()) {
            builder.clipNorm(random.nextDouble(0.05, 2));
        }
        if (random.nextBoolean()) {
            builder.proximal(random.nextDouble(0, 0.5));
        }
        if (random.nextBoolean()) {
            builder.control();
        }
        return builder.build();
    }

    @Test
    void trajectoriesAreThoseOfDoubles() {
        for (int round = 0; round < 40; round++) {
            long seed = SEEDS + round;
            SplittableRandom random = new SplittableRandom(seed);
            int[] widths = widths(random);
            UpdateRule rule = rule(random);
            OnnxGraph model = HandMade.model(seed, widths);
            GradientGraph gradient = HandMade.crossEntropy(model, widths);
            float[] theta = gradient.parameters().read(model);
            float[] control = HandMade.random(seed, theta.length);
            for (int i = 0; i < control.length; i++) {
                control[i] *= 0.05f;
            }
            double[] exact = new double[control.length];
            Arrays.setAll(exact, i -> control[i]);
            DenseOracle oracle = new DenseOracle(widths, theta, rule, exact);
            try (StatefulSession session = TrainingGraph.step(gradient, rule).open(engine, SessionOptions.defaults())) {
                session.write("theta", theta);
                if (rule.hasAnchor()) {
                    session.write(UpdateWriter.ANCHOR, theta);
                }
                if (rule.hasControl()) {
                    session.write(UpdateWriter.CONTROL, control);
                }
                for (int step = 1; step <= 12; step++) {
                    TensorData batch = HandMade.clusters(
                            random.nextLong(), 1 + random.nextInt(9), widths[0], widths[widths.length - 1]);
                    double rate = random.nextDouble(0.001, 0.03);
                    session.write(UpdateWriter.SCALARS, rule.scalars(step, rate));
                    session.run(batch.columns());
                    double expected = oracle.step(
                            batch.columns().get("x").floats(),
                            batch.columns().get("label").longs(),
                            rate,
                            step);
                    assertThat((double) session.read("loss")[0])
                            .as("seed " + seed + ", step " + step)
                            .isCloseTo(expected, within(2e-4 * Math.max(1, Math.abs(expected))));
                }
                assertClose("seed " + seed, session.read("theta"), oracle.theta);
            }
        }
    }

    /** Rounding may put a Relu on its other side and Adam enlarges tiny gradients, so a few values may differ more. */
    private static void assertClose(String what, float[] got, double[] expected) {
        double[] errors = new double[got.length];
        for (int i = 0; i < got.length; i++) {
            errors[i] = Math.abs(got[i] - expected[i]);
        }
        Arrays.sort(errors);
        assertThat(errors[errors.length / 2]).as(what + " median").isLessThan(2e-6);
        assertThat(errors[errors.length - 1]).as(what + " largest").isLessThan(2e-4);
    }

    @Test
    void gradientOfALossOverTheModelIsTheOneWrittenByHand() {
        for (int round = 0; round < 15; round++) {
            long seed = SEEDS + round;
            SplittableRandom random = new SplittableRandom(seed);
            int[] widths = widths(random);
            OnnxGraph model = HandMade.model(seed, widths);
            TensorData batch = HandMade.clusters(seed, 7, widths[0], widths[widths.length - 1]);
            GradientGraph derived = GradientGraph.builder(model)
                    .loss(Loss.crossEntropy().labels("label"))
                    .build();
            float[] theta = derived.parameters().read(model);
            DenseOracle oracle = new DenseOracle(
                    widths,
                    HandMade.crossEntropy(model, widths).parameters().read(model),
                    UpdateRule.of(Optimizer.sgd()),
                    new double[0]);
            double[] expected = new double[theta.length];
            oracle.gradient(
                    batch.columns().get("x").floats(),
                    batch.columns().get("label").longs(),
                    expected);
            try (StatefulSession session =
                    TrainingGraph.gradientOnly(derived).open(engine, SessionOptions.defaults())) {
                session.write("theta", theta);
                session.run(batch.columns());
                float[] got = session.read("gradient");
                for (ParameterLayout.Slot slot :
                        HandMade.crossEntropy(model, widths).parameters().slots()) {
                    ParameterLayout.Slot other = derived.parameters().slots().stream()
                            .filter(candidate -> candidate.name().equals(slot.name()))
                            .findFirst()
                            .orElseThrow();
                    for (int i = 0; i < slot.size(); i++) {
                        assertThat((double) got[other.offset() + i])
                                .as("seed " + seed + ", " + slot.name() + "[" + i + "]")
                                .isCloseTo(expected[slot.offset() + i], within(1e-5));
                    }
                }
            }
        }
    }

    /** Cancelled at random steps, several times, a training still ends with the bits of one that never stopped. */
    @Test
    void anyNumberOfInterruptionsChangesNothing() {
        for (int round = 0; round < 12; round++) {
            long seed = SEEDS + round;
            SplittableRandom random = new SplittableRandom(seed);
            int[] widths = widths(random);
            OnnxGraph model = HandMade.model(seed, widths);
            GradientGraph gradient = HandMade.crossEntropy(model, widths);
            UpdateRule rule = rule(random);
            int batch = 1 + random.nextInt(12);
            int part = 1 + random.nextInt(12);
            int epochs = 1 + random.nextInt(4);
            TensorData data = HandMade.clusters(seed, 5 + random.nextInt(40), widths[0], widths[widths.length - 1]);
            float[] control = HandMade.random(seed, gradient.parameters().size());
            Supplier<Trainer.Builder> make = () -> {
                Trainer.Builder builder = Trainer.builder(model, gradient)
                        .data(data)
                        .epochs(epochs)
                        .batchSize(batch)
                        .partSize(part)
                        .seed(seed)
                        .rule(rule)
                        .schedule(Schedule.cosine(0.02, 0.001).warmUp(3))
                        .augment((tensors, dice) -> {
                            Tensor x = tensors.get("x");
                            x.buffer().asFloatBuffer().put(0, (float) dice.nextDouble());
                        });
                return rule.hasControl() ? builder.control(control) : builder;
            };
            Checkpoint whole = make.get().build().run().checkpoint();
            Checkpoint pieces = inPieces(make, random);

            assertThat(pieces).as("seed " + seed).isEqualTo(whole);
        }
    }

    private Checkpoint inPieces(Supplier<Trainer.Builder> make, SplittableRandom random) {
        Path file = folder.resolve("pieces" + random.nextInt());
        Checkpoint from = null;
        while (true) {
            long stopAt = (from == null ? 0 : from.position().step()) + 1 + random.nextInt(8);
            long[] done = new long[1];
            Trainer trainer = make.get()
                    .checkpoint(file)
                    .listener(Interruption.counting(done))
                    .progress(Interruption.at(done, stopAt))
                    .build();
            try {
                return (from == null ? trainer.run() : trainer.resume(from)).checkpoint();
            } catch (OperationCancelledException e) {
                from = Checkpoint.read(file);
                assertThat(from.position().step()).isEqualTo(stopAt);
            }
        }
    }

    @Test
    void shardsOfAnySizeAreTrainedAsStepByStep() {
        for (int round = 0; round < 12; round++) {
            long seed = SEEDS + round;
            SplittableRandom random = new SplittableRandom(seed);
            int[] widths = widths(random);
            OnnxGraph model = HandMade.model(seed, widths);
            GradientGraph gradient = HandMade.crossEntropy(model, widths);
            UpdateRule rule = rule(random);
            float[] theta = gradient.parameters().read(model);
            float[] control = rule.hasControl() ? HandMade.random(seed, theta.length) : null;
            Schedule schedule = Schedule.steps(0.02, 0.5, 5);
            try (ShardTrainer shards = ShardTrainer.open(engine, gradient, rule, SessionOptions.defaults())) {
                for (int shard = 0; shard < 3; shard++) {
                    TensorData data = HandMade.clusters(
                            random.nextLong(), 1 + random.nextInt(30), widths[0], widths[widths.length - 1]);
                    ShardTrainer.Plan plan =
                            new ShardTrainer.Plan(1 + random.nextInt(3), 1 + random.nextInt(12), schedule, seed, rule);
                    ShardTrainer.Outcome outcome = shards.train(plan, data, theta, new float[0], control, null);

                    Trainer.Builder builder = Trainer.builder(model, gradient)
                            .data(data)
                            .epochs(plan.epochs())
                            .batchSize(plan.batchSize())
                            .seed(seed)
                            .rule(rule)
                            .schedule(schedule);
                    Trained trained = (control == null ? builder : builder.control(control))
                            .build()
                            .run();
                    assertThat(outcome.theta())
                            .as("seed " + seed + ", shard " + shard)
                            .isEqualTo(gradient.parameters().read(trained.model()));
                }
            }
        }
    }
}
