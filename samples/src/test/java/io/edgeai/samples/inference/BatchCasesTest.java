package io.edgeai.samples.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchCasesTest {
    @TempDir
    Path dir;

    private final AtomicLong clock = new AtomicLong();
    private final List<BatchCases.Case> seen = new ArrayList<>();

    private Path file(String json) {
        try {
            return Files.writeString(dir.resolve("cases.json"), json);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<BatchCases.Result> run(String json) {
        return BatchCases.run(file(json), seen::add, clock::get, Progress.NONE);
    }

    @Test
    void everyKeyReachesTheCase() {
        run(
                """
            [{"name": "one", "model": "m.onnx", "input": "x.npy", "method": "predict", "output": "o.npz",
              "engine": "onnxruntime", "header": "no", "normalize": "mean=.5", "batch_size": 8},
             {"model": "n.onnx", "input": ["a=a.npy", "b.csv"]},
             {"model": "n.onnx", "input": {"b": "b.npy", "a": "a.npy"}, "method": null}]
            """);

        assertThat(seen)
                .containsExactly(
                        new BatchCases.Case(
                                Path.of("m.onnx"),
                                List.of("x.npy"),
                                "predict",
                                Path.of("o.npz"),
                                "onnxruntime",
                                "no",
                                "mean=.5",
                                8),
                        new BatchCases.Case(
                                Path.of("n.onnx"), List.of("a=a.npy", "b.csv"), null, null, null, "auto", null, -1),
                        new BatchCases.Case(
                                Path.of("n.onnx"), List.of("b=b.npy", "a=a.npy"), null, null, null, "auto", null, -1));
    }

    /** Any pattern of failures, of any kind a case may have, leaves the others as they were. */
    @Test
    void aFailedCaseStopsNoOther() {
        long seed = 60;
        Random random = new Random(seed);
        List<Throwable> kinds = List.of(
                new InvalidInputException("Bad\nvalue. Maybe another."),
                new IllegalStateException("bug"),
                new OutOfMemoryError("heap"),
                new StackOverflowError());
        for (int round = 0; round < 40; round++) {
            int count = 1 + random.nextInt(8);
            boolean[] fails = new boolean[count];
            List<String> cases = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                fails[i] = random.nextBoolean();
                cases.add("{\"model\": \"" + i + "\", \"input\": \"x\", \"output\": \"o" + i + ".npz\"}");
            }
            List<BatchCases.Result> results = BatchCases.run(
                    file(cases.toString()),
                    one -> {
                        int i = Integer.parseInt(one.model().toString());
                        clock.addAndGet(1_500_000L * (i + 1));
                        if (fails[i]) {
                            sneak(kinds.get(i % kinds.size()));
                        }
                    },
                    clock::get,
                    Progress.NONE);

            assertThat(results).as("seed %d, round %d", seed, round).hasSize(count);
            for (int i = 0; i < count; i++) {
                BatchCases.Result result = results.get(i);
                assertThat(result.ok()).isEqualTo(!fails[i]);
                assertThat(result.model()).isEqualTo(Integer.toString(i));
                assertThat(result.output()).isEqualTo("o" + i + ".npz");
                assertThat(result.seconds()).isEqualTo(0.0015 * (i + 1), org.assertj.core.api.Assertions.within(1e-9));
                if (fails[i]) {
                    assertThat(result.error()).doesNotContain("\n").contains("Maybe");
                } else {
                    assertThat(result.error()).isNull();
                }
            }
        }
    }

    private static void sneak(Throwable failure) {
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        throw (Error) failure;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"input\": \"x\"}|lacks (model)",
                "{\"model\": \"m\"}|has no input",
                "{\"model\": \"m\", \"input\": 3}|has no input (3)",
                "{\"model\": \"m\", \"input\": \"x\", \"inptu\": \"y\"}|unknown key (inptu)",
                "{\"model\": 5, \"input\": \"x\"}|key (model) with value (5)",
                "{\"model\": \"m\", \"input\": \"x\", \"method\": 1}|key (method) with value (1)",
                "{\"model\": \"m\", \"input\": \"x\", \"output\": [\"o\"]}|key (output)",
                "{\"model\": \"m\", \"input\": \"x\", \"header\": true}|key (header) with value (true)",
                "{\"model\": \"m\", \"input\": \"x\", \"batch_size\": \"8\"}|key (batch_size)",
                "{\"model\": \"m\", \"input\": \"x\", \"batch_size\": 1.5}|a whole number",
                "[1]|is no object",
                "null|is no object",
                "7|is no object"
            })
    void mistakesInACaseAreItsResult(String bad, String part) {
        List<BatchCases.Result> results = run("[" + bad + ", {\"model\": \"good\", \"input\": \"x\"}]");

        assertThat(results).hasSize(2);
        assertThat(results.get(0).ok()).isFalse();
        assertThat(results.get(0).error()).contains(part).contains("Maybe");
        assertThat(results.get(1).ok()).isTrue();
        assertThat(seen).singleElement().extracting(BatchCases.Case::model).isEqualTo(Path.of("good"));
    }

    @Test
    void progressIsToldAndCancelsBetweenCases() {
        List<String> told = new ArrayList<>();
        Progress progress = new Progress() {
            @Override
            public void update(String phase, long done, long total) {
                told.add(phase + " " + done + "/" + total);
            }

            @Override
            public boolean cancelled() {
                return seen.size() >= 2;
            }
        };
        String one = "{\"model\": \"m\", \"input\": \"x\"}";
        Path cases = file("[" + one + "," + one + "," + one + "]");

        assertThatThrownBy(() -> BatchCases.run(cases, seen::add, clock::get, progress))
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("2 cases");
        assertThat(told).containsExactly("cases 0/3", "cases 1/3");
        assertThat(run("[" + one + "]")).hasSize(1);
        assertThat(run("[]")).isEmpty();
    }

    @Test
    void filesThatAreNoListsAreRefused() {
        for (String json : List.of("{}", "3", "\"x\"", "null", "[", "[{]")) {
            assertThatThrownBy(() -> run(json))
                    .as(json)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("cases.json");
        }
        assertThat(seen).isEmpty();
    }
}
