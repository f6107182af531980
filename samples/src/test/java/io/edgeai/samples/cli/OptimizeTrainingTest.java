package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.cost.CostModel;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.samples.Console;
import io.edgeai.samples.Graphs;
import io.edgeai.samples.convnet.ConvNetTraining;
import io.edgeai.samples.convnet.SmallConvNet;
import io.edgeai.samples.data.DataLimits;
import io.edgeai.samples.data.IdxFile;
import io.edgeai.samples.data.NpyFile;
import io.edgeai.samples.shapes.DrawnDigits;
import io.edgeai.samples.shapes.LabelledImages;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code optimize} with options that train; judged by running what it wrote on digits drawn for nothing else. */
class OptimizeTrainingTest {
    private static final int SIDE = 20;

    @TempDir
    static Path shared;

    @TempDir
    Path dir;

    private static Path model;
    private static final LabelledImages unseen = DrawnDigits.defaults().draw(300, 9);

    @BeforeAll
    static void trainOnce() {
        LabelledImages train = DrawnDigits.defaults().draw(600, 1);
        float[][] images = new float[train.size()][];
        Arrays.setAll(images, train::image);
        SmallConvNet net = new SmallConvNet(SIDE, 10, 7);
        ConvNetTraining.fit(net, images, train.labels(), 4, 0.05, 1, Progress.NONE);
        model = Graphs.write(net.toOnnx(), shared.resolve("digits.onnx"));
        NpyFile.write(train.tensor(), shared.resolve("train.npy"));
        NpyFile.write(
                Tensor.of(Arrays.stream(train.labels()).asLongStream().toArray(), train.size()),
                shared.resolve("train-labels.npy"));
    }

    private Console optimize(Object... options) {
        List<Object> words = new ArrayList<>(List.of("optimize", model, "-o", dir.resolve("out.onnx")));
        words.addAll(List.of(options));
        return Console.run(words.toArray());
    }

    private static Path data(String name) {
        return shared.resolve(name);
    }

    private static double accuracy(Path file) {
        int right = 0;
        try (InferenceSession session =
                Engines.discover().forFormat(ModelFormat.ONNX).open(file, SessionOptions.defaults())) {
            for (int i = 0; i < unseen.size(); i++) {
                float[] scores = session.predict(unseen.image(i), 0);
                float[] sorted = scores.clone();
                Arrays.sort(sorted);
                right += scores[unseen.label(i)] == sorted[9] ? 1 : 0;
            }
        }
        return (double) right / unseen.size();
    }

    @Test
    void prunedFineTunedAndInBytes() {
        JsonNode answer = Answers.json(
                optimize(
                        "--prune",
                        0.5,
                        "--int8",
                        "static",
                        "--calibration",
                        data("train.npy"),
                        "--train",
                        data("train.npy"),
                        "--train-labels",
                        data("train-labels.npy"),
                        "--epochs",
                        3,
                        "--shift",
                        1,
                        "--qat",
                        "--json"),
                0);

        assertThat(answer.get("recipe").textValue())
                .contains("0.5 of the channels pruned, fine-tuned: 3 epochs")
                .contains("shifted by up to 1; quantization-aware: 3 epochs")
                .contains("trained on 600 labelled examples");
        assertThat(answer.get("provenance").get("training").textValue()).hasSize(64);
        assertThat(accuracy(dir.resolve("out.onnx"))).isGreaterThan(accuracy(model) - 0.02);
        OnnxGraph after = OnnxReader.read(dir.resolve("out.onnx"));
        assertThat(after.initializers().values())
                .filteredOn(tensor -> tensor.type() == ElementType.INT8 && tensor.rank() == 4)
                .extracting(tensor -> tensor.dim(0))
                .as("32 and 64 channels before")
                .allMatch(channels -> channels <= 40);
    }

    /** What the search prunes is cut, trained where cutting alone costs too much, and tried in bytes. */
    @Test
    void aSearchWithABudgetOfTimePrunesToo() {
        NpyFile.write(unseen.tensor(), dir.resolve("judged.npy"));
        NpyFile.write(
                Tensor.of(Arrays.stream(unseen.labels()).asLongStream().toArray(), unseen.size()),
                dir.resolve("judged-labels.npy"));
        List<Object> words = List.of(
                "--calibration",
                data("train.npy"),
                "--train",
                data("train.npy"),
                "--train-labels",
                data("train-labels.npy"),
                "--epochs",
                1,
                "--samples",
                dir.resolve("judged.npy"),
                "--labels",
                dir.resolve("judged-labels.npy"),
                "--keep",
                0.95,
                "--prefer",
                "size",
                "--budget",
                "30m",
                "--json");
        JsonNode answer = Answers.json(optimize(words.toArray()), 0);
        List<JsonNode> pruned = new ArrayList<>();
        answer.get("trials").forEach(trial -> {
            if (trial.get("steps").get(0).textValue().equals("structured-pruning") && trial.has("accuracyLower95")) {
                pruned.add(trial);
            }
        });
        assertThat(pruned).anyMatch(trial -> trial.get("name").textValue().contains("INT8"));
        assertThat(pruned).allSatisfy(trial -> assertThat(trial.get("accuracy").doubleValue())
                .isBetween(
                        trial.get("accuracyLower95").doubleValue(),
                        trial.get("accuracyUpper95").doubleValue()));
        assertThat(answer.get("recipe").textValue()).contains("structured pruning alone and with int8");
        assertThat(accuracy(dir.resolve("out.onnx"))).isGreaterThanOrEqualTo(0.95 * accuracy(model));
        assertThat(Console.run(
                                "optimize",
                                model,
                                "-o",
                                dir.resolve("none.onnx"),
                                "--fp16",
                                "--budget",
                                "1m",
                                "--train",
                                data("train.npy"))
                        .err())
                .contains("needs something to train", "--budget TIME with --auto");
    }

    /** One call: the original trained, pruned for speed and for size, taught, in bytes, and judged on digits of its own. */
    @Test
    void trainedPrunedTaughtAndInBytesWithProof() {
        NpyFile.write(unseen.tensor(), dir.resolve("unseen.npy"));
        NpyFile.write(
                Tensor.of(Arrays.stream(unseen.labels()).asLongStream().toArray(), unseen.size()),
                dir.resolve("unseen-labels.npy"));
        JsonNode answer = Answers.json(
                optimize(
                        "--train-first",
                        2,
                        "--prune-macs",
                        1.6,
                        "--prune-parameters",
                        1.2,
                        "--int8",
                        "static",
                        "--calibration",
                        data("train.npy"),
                        "--train",
                        data("train.npy"),
                        "--train-labels",
                        data("train-labels.npy"),
                        "--epochs",
                        3,
                        "--temperature",
                        3,
                        "--samples",
                        dir.resolve("unseen.npy"),
                        "--labels",
                        dir.resolve("unseen-labels.npy"),
                        "--keep",
                        0.9,
                        "--json"),
                0);

        assertThat(answer.get("recipe").textValue())
                .contains("pruned to 1.6 times fewer multiplications, pruned to 1.2 times fewer parameters")
                .contains("original trained first: 2 epochs", "fine-tuned: 3 epochs", "temperature 3.0");
        JsonNode after = answer.get("accuracy").get("after");
        assertThat(after.get("value").doubleValue()).isEqualTo(accuracy(dir.resolve("out.onnx")));
        assertThat(after.get("lower95").doubleValue())
                .isLessThan(after.get("value").doubleValue());
        assertThat(answer.get("latencyMicros").get("speedup").doubleValue()).isPositive();
        assertThat(answer.get("sizeBytes").get("after").longValue())
                .as("1.2 times fewer parameters, and bytes instead of words")
                .isLessThan(answer.get("sizeBytes").get("before").longValue() * 3 / 10);
        assertThat(answer.get("warnings"))
                .extracting(JsonNode::textValue)
                .anyMatch(line -> line.startsWith("The original, trained first, has an accuracy of 0."));
    }

    @Test
    void aStudentLearnsFromUnlabelledExamples() {
        Path student = Graphs.write(untrained(), dir.resolve("student.onnx"));

        Console console = optimize("--student", student, "--train", data("train.npy"), "--epochs", 8, "--rate", 0.05);

        assertThat(console.code()).as(console.err() + console.out()).isZero();
        assertThat(console.out()).contains("taught: 8 epochs", "rate 0.05", "600 examples without labels");
        assertThat(accuracy(student)).as("as good as guessing").isLessThan(0.2);
        assertThat(accuracy(dir.resolve("out.onnx"))).isGreaterThan(0.35);
    }

    /** One convolution of 12 channels and a dense layer, with a tenth of the parameters of the network in whose place it comes. */
    private static OnnxGraph untrained() {
        OnnxGraph large = OnnxReader.read(model);
        SplittableRandom random = new SplittableRandom(5);
        OnnxGraph small = OnnxGraph.create("small", 17);
        small.inputs().addAll(large.inputs());
        small.outputs().addAll(large.outputs());
        small.initializers().put("w1", normal(random, 0.3, 12, 1, 5, 5));
        small.initializers().put("b1", normal(random, 0.01, 12));
        small.initializers().put("w2", normal(random, 0.05, 12 * 64, 10));
        small.initializers().put("b2", normal(random, 0.01, 10));
        String x = large.inputs().get(0).name();
        String y = large.outputs().get(0).name();
        small.add("Conv", "conv", List.of(x, "w1", "b1"), List.of("c"));
        small.add("Relu", "relu", List.of("c"), List.of("r"));
        small.add("MaxPool", "pool", List.of("r"), List.of("p"))
                .attribute("kernel_shape", new long[] {2, 2})
                .attribute("strides", new long[] {2, 2});
        small.add("Flatten", "flat", List.of("p"), List.of("f"));
        small.add("Gemm", "last", List.of("f", "w2", "b2"), List.of(y));
        assertThat(CostModel.of(small).parameters())
                .isLessThan(CostModel.of(large).parameters() / 10);
        return small;
    }

    private static OnnxTensor normal(SplittableRandom random, double scale, long... dims) {
        float[] values = new float[(int) Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (scale * random.nextGaussian());
        }
        return OnnxTensor.ofFloats(values, dims);
    }

    @Test
    void trainingIsDrawnForPeople() {
        Console watched = Console.interactive()
                .execute(
                        "optimize",
                        model,
                        "-o",
                        dir.resolve("out.onnx"),
                        "--prune",
                        0.3,
                        "--train",
                        data("train.npy"),
                        "--epochs",
                        1);

        assertThat(watched.code()).as(watched.err()).isZero();
        assertThat(watched.err()).contains("teacher", "fine-tune", "latency");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--train x.npy;--train [x.npy] needs something to train",
                "--prune 0.2 --train-labels y.npy;--train-labels (y.npy) needs --train FILE",
                "--prune 0.2 --epochs 3;--epochs (3) needs --train FILE",
                "--prune 0.2 --rate 0.1;--rate (0.1) needs --train FILE",
                "--prune 0.2 --teach 0.5;--teach (0.5) needs --train FILE",
                "--prune 0.2 --mirror;--mirror needs --train FILE",
                "--prune 0.2 --shift 2;--shift (2) needs --train FILE",
                "--student s.onnx;--student (s.onnx) needs --train FILE",
                "--prune 0.2 --train-first 2;--train-first (2) needs --train FILE",
                "--prune 0.2 --temperature 2;--temperature (2.0) needs --train FILE",
                "--prune-macs 2 --train x.npy --train-first 2;--train-first (2) needs --train-labels FILE",
                "--prune-macs 2 --train x.npy --train-first 0;--train-first (0) must be at least 1",
                "--prune-parameters 2 --train x.npy --temperature 0;--temperature (0.0) must be above 0",
                "--prune-macs 1;Reduction of MACs (1.0) must be above 1",
                "--prune-parameters 0.5;Reduction of parameters (0.5) must be above 1",
                "--qat --calibration c.npy;--qat needs --train FILE",
                "--qat --train x.npy;--qat trains for --int8 static (or --auto) with --calibration",
                "--qat --train x.npy --int8 dynamic;--qat trains for --int8 static",
                "--qat --train x.npy --student s.onnx --calibration c.npy;--qat trains for --int8 static",
                "--prune 0.2 --train x.npy --epochs 0;--epochs (0) must be at least 1",
                "--prune 0.2 --train x.npy --rate 0;--rate (0.0) must be above 0",
                "--prune 0.2 --train x.npy --teach 2;--teach (2.0) must be 0 to 1",
                "--prune 0.2 --train x.npy --teach 0.5;--teach (0.5) leaves a part to --train-labels",
                "--prune 0.2 --train x.npy --shift -1;--shift (-1) must be 0 or more",
                "--prune 0.2 --train missing.npy;(missing.npy) does not exist",
            })
    void whatDoesNotGoTogetherIsRefusedBeforeAnyWork(String options, String says) {
        Console console = optimize((Object[]) options.split(" "));

        Answers.refused(console, says);
        assertThat(dir.resolve("out.onnx")).doesNotExist();
    }

    @Test
    void allProblemsAreNamedAtOnce() {
        Answers.refused(
                optimize("--qat", "--epochs", 0, "--int8", "dynamic", "--keep", 0.9),
                "--qat needs --train",
                "--epochs (0)",
                "static",
                "--keep (0.9) needs --labels");
    }

    @Test
    void examplesAndLabelsMustBeEquallyMany() {
        Path few = dir.resolve("few.npy");
        NpyFile.write(Tensor.of(new long[] {1, 2, 3}, 3), few);

        Answers.refused(
                optimize("--prune", 0.2, "--train", data("train.npy"), "--train-labels", few),
                "(600) samples and (3) labels");
    }

    @Test
    void realDigitsFineTuneARealNetwork() {
        Path real = Answers.testdata("optimize/mnist/pytorch_cnn_mnist.onnx");
        Path images = Answers.testdata("optimize/mnist/train-images.idx3.gz");
        Path test = Answers.testdata("optimize/mnist/test-images.idx3.gz");
        Path labels = Answers.testdata("optimize/mnist/test-labels.idx1.gz");
        Path some = dir.resolve("some.npy");
        Tensor all = IdxFile.read(images, DataLimits.DEFAULT);
        byte[] pixels = new byte[500 * 784];
        all.buffer().get(0, pixels);
        NpyFile.write(Tensor.ofBytes(ElementType.UINT8, pixels, 500, 28, 28), some);

        JsonNode answer = Answers.json(
                Console.run(
                        "optimize",
                        real,
                        "-o",
                        dir.resolve("out.onnx"),
                        "--prune",
                        0.3,
                        "--train",
                        some,
                        "--epochs",
                        2,
                        "--normalize",
                        "scale=1/255,mean=.1307,std=.3081",
                        "--samples",
                        test,
                        "--labels",
                        labels,
                        "--limit",
                        300,
                        "--keep",
                        0.97,
                        "--json"),
                0);

        assertThat(answer.get("accuracy").get("after").get("value").doubleValue())
                .isGreaterThan(0.95);
    }
}
