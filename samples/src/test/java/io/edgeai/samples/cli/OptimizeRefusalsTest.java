package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.samples.Console;
import io.edgeai.samples.data.NpyFile;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code optimize} refuses before it does any work. */
class OptimizeRefusalsTest {
    @TempDir
    static Path shared;

    private static OptimizedDigits files;

    @TempDir
    Path dir;

    @BeforeAll
    static void trainOnce() {
        files = new OptimizedDigits(shared);
    }

    private Path out() {
        return dir.resolve("out.onnx");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--target tpu|--target (tpu) must be tensorrt or openvino",
                "--target tensorrt|--target (tensorrt) needs --calibration",
                "--engine-cache c|--engine-cache (c) needs --target",
                "--target openvino --tune|--tune searches options of this processor, not of --target (openvino)",
                "--target openvino --fp16|--target is a way of its own"
            })
    void enginesThatDoNotGoTogetherAreNamed(String options, String message) {
        String[] words = options.split(" ");
        Object[] arguments = new Object[words.length + 4];
        System.arraycopy(new Object[] {"optimize", files.convolutional(), "-o", out()}, 0, arguments, 0, 4);
        System.arraycopy(words, 0, arguments, 4, words.length);
        Console console = Console.run(arguments);

        assertThat(console.code()).isEqualTo(2);
        assertThat(console.err()).contains(message).hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--int8 static;needs --calibration",
                "--int8 both;(both) must be static or dynamic",
                "--fp16 --int8 dynamic;exclude each other",
                "--auto --fp16;--fp16 excludes it",
                "--int4 --fp16;--int4 and --fp16 exclude each other",
                "--bf16 --fp16;--fp16 and --bf16 exclude each other",
                "--fp16 --block-size 64;--block-size and --block-method are for --int4",
                "--int4 --block-size 48;--block-size (48) must be one of [16, 32, 64, 128, 256]",
                "--int4 --block-method best;--block-method (best) must be round, hqq or gptq",
                "--int4 --block-method gptq;--block-method (gptq) needs --calibration",
                "--int8 dynamic --per-tensor;--per-tensor is for --int8 static",
                "--prune 1;(1.0) must be above 0 and below 1",
                "--prefer cheap;(cheap) must be balanced, speed or size",
                "--max-latency 5;--max-latency (5) must be",
                "--keep 0.99;needs --labels",
                "--labels y.npy;needs --samples",
                "--samples x.npy;needs --labels",
                "--report r.txt;must end in .html or .json",
                "--limit 0;(0) must be at least 1",
                "--calibration missing.npy;(missing.npy) does not exist",
                "--fp16 --int8 static;exclude each other",
            })
    void whatDoesNotGoTogetherIsRefusedBeforeAnyWork(String options, String says) {
        String[] words = ("optimize " + files.model() + " -o " + out() + " " + options).split(" ");
        Console console = Console.run((Object[]) words);

        Answers.refused(console, says);
        assertThat(out()).doesNotExist();
    }

    @Test
    void allProblemsAreNamedAtOnce() {
        Console console =
                Console.run("optimize", files.model(), "-o", dir, "--int8", "static", "--keep", 0.9, "--limit", -1);

        Answers.refused(console, "--calibration", "--labels", "(-1)", "is a folder");
    }

    @Test
    void dataThatDoNotFitAreRefused() {
        Path other = dir.resolve("other.npy");
        NpyFile.write(Tensor.of(new float[30], 10, 3), other);
        Path few = dir.resolve("few.npy");
        NpyFile.write(Tensor.of(new long[] {1, 2, 3}, 3), few);
        Path fractions = dir.resolve("half.npy");
        NpyFile.write(Tensor.of(new double[] {0.5}, 1), fractions);

        Answers.refused(Console.run("optimize", files.model(), "-o", out(), "--calibration", other), "400");
        Answers.refused(
                Console.run("optimize", files.model(), "-o", out(), "--samples", files.data("x.npy"), "--labels", few),
                "(200) samples and (3) labels");
        Answers.refused(
                Console.run(
                        "optimize",
                        files.model(),
                        "-o",
                        out(),
                        "--samples",
                        files.data("x.npy"),
                        "--labels",
                        fractions),
                "(0.5)");
        assertThat(out()).doesNotExist();
    }
}
