package io.edgeai.core.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.runtime.adapter.InputSpecs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every engine must do, whatever it runs: a test class of an engine implements this and names its models. */
public interface EngineContract {
    InferenceRuntime engine();

    /** A model that takes every engine's common type, FLOAT, in its first input. */
    EngineCase plain(Path folder) throws IOException;

    /** Models of other element types or of several inputs and outputs. */
    default List<EngineCase> others(Path folder) throws IOException {
        return List.of();
    }

    /** A run that takes long enough to be overtaken by a deadline of a microsecond. */
    EngineCase slow(Path folder) throws IOException;

    /** Whether models are one file, whose bytes do as well. */
    default boolean takesBytes() {
        return true;
    }

    private InferenceSession open(EngineCase model, int slots) {
        return engine().open(model.model(), SessionOptions.defaults().slots(slots));
    }

    private InferenceSession open(EngineCase model) {
        return open(model, 2);
    }

    @Test
    default void answersAreRight(@TempDir Path folder) throws IOException {
        List<EngineCase> cases = new ArrayList<>(others(folder));
        cases.add(plain(folder));
        for (EngineCase model : cases) {
            try (InferenceSession session = open(model)) {
                model.verify(session.run(model.inputs()));
                assertThat(session.run(model.inputs(), Duration.ofMinutes(5)))
                        .containsOnlyKeys(model.outputs().keySet());
            }
        }
    }

    @Test
    default void theSignatureSaysWhatIsFedAndWhatComesBack(@TempDir Path folder) throws IOException {
        List<EngineCase> cases = new ArrayList<>(others(folder));
        cases.add(plain(folder));
        for (EngineCase model : cases) {
            try (InferenceSession session = open(model)) {
                Signature signature = session.signature();
                assertThat(session.run(model.inputs()).keySet())
                        .containsExactlyElementsOf(model.outputs().keySet());
                if (!signature.equals(Signature.UNKNOWN)) {
                    fit(signature.inputs(), model.inputs());
                    fit(signature.outputs(), model.outputs());
                }
            }
        }
    }

    private static void fit(List<TensorSpec> specs, Map<String, Tensor> tensors) {
        assertThat(specs).extracting(TensorSpec::name).containsExactlyInAnyOrderElementsOf(tensors.keySet());
        for (TensorSpec spec : specs) {
            Tensor tensor = tensors.get(spec.name());
            assertThat(spec.type()).as(spec.name()).isEqualTo(tensor.type());
            assertThat(InputSpecs.fits(spec, tensor.shape()))
                    .as("%s and %s", spec, tensor)
                    .isTrue();
        }
    }

    @Test
    default void inputsThatDoNotFitAreRefusedAndTheSlotGoesOn(@TempDir Path folder) throws IOException {
        EngineCase model = plain(folder);
        String name = model.inputs().keySet().iterator().next();
        Tensor right = model.inputs().get(name);
        long[] deeper = Arrays.copyOf(right.shape(), right.shape().length + 3);
        Arrays.fill(deeper, right.shape().length, deeper.length, 1);
        long[] wider = right.shape();
        wider[wider.length - 1] += 1;
        Map<String, Tensor> wrong = new HashMap<>();
        wrong.put("another type", Tensor.of(new String[(int) right.elements()], right.shape()));
        wrong.put("another rank", right.reshape(deeper));
        wrong.put("another width", Tensor.allocate(ElementType.FLOAT, wider));
        try (InferenceSession session = open(model, 1)) {
            wrong.forEach((what, tensor) -> {
                Map<String, Tensor> inputs = new HashMap<>(model.inputs());
                inputs.put(name, tensor);
                assertThatThrownBy(() -> session.run(inputs)).as(what).isInstanceOf(InvalidInputException.class);
            });
            assertThatThrownBy(() -> session.run(Map.of()))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(" + name);
            Map<String, Tensor> stranger = new HashMap<>(model.inputs());
            stranger.put("no-such-input", right);
            assertThatThrownBy(() -> session.run(stranger))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(no-such-input)");
            model.verify(session.run(model.inputs()));
        }
    }

    @Test
    default void theFloatPathGivesTheFirstOutputOrSaysWhyNot(@TempDir Path folder) throws IOException {
        EngineCase model = plain(folder);
        Tensor input = model.inputs().values().iterator().next();
        Tensor output = model.outputs().values().iterator().next();
        try (InferenceSession session = open(model)) {
            if (session.sampleLength() == 0) {
                assertThatThrownBy(() -> session.predict(input.floats(), 0)).isInstanceOf(InvalidInputException.class);
                return;
            }
            Map<String, Tensor> named = session.run(model.inputs());
            float[] expected = named.values().iterator().next().floats();
            assertThat(session.predict(input.floats(), 0)).isEqualTo(expected).hasSize((int) output.elements());
            assertThat(session.predict(input.floats(), TimeUnit.MINUTES.toNanos(5)))
                    .isEqualTo(expected);
            assertThat(input.elements() % session.sampleLength()).isZero();
            assertThatThrownBy(() -> session.predict(new float[session.sampleLength() + 1], 0))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(" + (session.sampleLength() + 1) + ")");
            assertThat(session.predict(new float[0], 0)).isEmpty();
        }
    }

    @Test
    default void pastItsDeadlineTheCallerLeavesAndTheSlotIsUsableAgain(@TempDir Path folder) throws IOException {
        EngineCase model = slow(folder);
        try (InferenceSession session = open(model, 1)) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> session.run(model.inputs(), Duration.ofNanos(1_000)))
                        .isInstanceOf(InferenceTimeoutException.class);
            }
            model.verify(session.run(model.inputs()));
        }
    }

    @Test
    default void manyThreadsGetTheAnswersOfOne(@TempDir Path folder) throws Exception {
        EngineCase model = plain(folder);
        try (InferenceSession session = open(model, 3)) {
            inParallel(6, () -> {
                for (int i = 0; i < 40; i++) {
                    model.verify(session.run(model.inputs(), i % 2 == 0 ? null : Duration.ofMinutes(5)));
                }
                return null;
            });
            assertThat(session.run(model.inputs())).hasSameSizeAs(model.outputs());
        }
    }

    @Test
    default void answersBelongToTheCaller(@TempDir Path folder) throws IOException {
        EngineCase model = plain(folder);
        InferenceSession session = open(model, 1);
        Map<String, Tensor> kept = session.run(model.inputs());
        Map<String, Tensor> overwritten = session.run(model.inputs());
        for (Tensor tensor : overwritten.values()) {
            tensor.buffer().put(new byte[tensor.buffer().capacity()]);
        }
        model.verify(session.run(model.inputs()));
        session.close();
        model.verify(kept);
        assertThat(kept).hasSameSizeAs(overwritten);
    }

    @Test
    default void closingWaitsForRunsInFlightAndRefusesLaterOnes(@TempDir Path folder) throws Exception {
        EngineCase model = plain(folder);
        EngineCase slow = slow(folder);
        InferenceSession overtaken = open(slow, 1);
        assertThatThrownBy(() -> overtaken.run(slow.inputs(), Duration.ofNanos(1_000)))
                .isInstanceOf(InferenceTimeoutException.class);
        overtaken.close();
        InferenceSession session = open(model, 2);
        CountDownLatch running = new CountDownLatch(4);
        Callable<Integer> untilClosed = () -> {
            int answers = 0;
            while (true) {
                try {
                    model.verify(session.run(model.inputs()));
                    answers++;
                    running.countDown();
                } catch (LifecycleException e) {
                    return answers;
                }
            }
        };
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Integer>> counts = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                counts.add(threads.submit(untilClosed));
            }
            assertThat(running.await(5, TimeUnit.MINUTES)).isTrue();
            session.close();
            session.close();
            for (Future<Integer> count : counts) {
                assertThat(count.get(5, TimeUnit.MINUTES)).isNotNegative();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThatThrownBy(() -> session.run(model.inputs(), Duration.ofMinutes(5)))
                .isInstanceOf(LifecycleException.class);
        assertThatThrownBy(() -> session.run(model.inputs())).isInstanceOf(LifecycleException.class);
    }

    @Test
    default void bytesDoAsWellAsAFileOrAreRefused(@TempDir Path folder) throws IOException {
        EngineCase model = plain(folder);
        if (!takesBytes()) {
            assertThatThrownBy(() -> engine().open(new byte[100], SessionOptions.defaults()))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("Maybe");
            return;
        }
        byte[] bytes = Files.readAllBytes(model.model());
        try (InferenceSession session = engine().open(bytes, SessionOptions.defaults())) {
            model.verify(session.run(model.inputs()));
            assertThat(session.sampleLength()).isNotNegative();
        }
    }

    @Test
    default void whatIsNoModelIsRefused(@TempDir Path folder) throws IOException {
        Path text = Files.writeString(folder.resolve("notes"), "no model at all, just a line of text\n");
        Path nothing = Files.write(folder.resolve("empty"), new byte[0]);
        for (Path file : List.of(text, nothing, folder.resolve("missing"))) {
            assertThatThrownBy(() -> engine().open(file, SessionOptions.defaults()))
                    .as("%s", file)
                    .isInstanceOf(ModelFormatException.class);
        }
        assertThatThrownBy(() -> engine().open(Files.readAllBytes(text), SessionOptions.defaults()))
                .isInstanceOf(ModelFormatException.class);
        assertThatThrownBy(() -> engine().open(new byte[3], SessionOptions.defaults()))
                .isInstanceOf(ModelFormatException.class);
    }

    /** 100 models that stayed would take at least 100 times their file's size. */
    @Test
    default void closingGivesTheMemoryBack(@TempDir Path folder) throws IOException {
        EngineCase model = large(folder);
        assumeThat(Path.of("/proc/self/statm"))
                .as("the system tells resident memory")
                .exists();
        long size = bytes(model.model());
        assertThat(size).isGreaterThan(1 << 20);
        openAndClose(model, 20);
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 3 && least >= 50 * size; round++) {
            long before = residentBytes();
            openAndClose(model, 100);
            least = Math.min(least, residentBytes() - before);
        }
        assertThat(least)
                .as("growth over 100 models: a leak grows in every round, a heap that is still finding its size in one")
                .isLessThan(50 * size);
    }

    private void openAndClose(EngineCase model, int times) {
        for (int i = 0; i < times; i++) {
            try (InferenceSession session = open(model, 1)) {
                session.run(model.inputs());
            }
        }
    }

    /** A file of more than 1 MiB. */
    EngineCase large(Path folder) throws IOException;

    private static long bytes(Path model) throws IOException {
        try (Stream<Path> files = Files.walk(model)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private static long residentBytes() throws IOException {
        System.gc();
        return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]) * 4096;
    }

    private static <T> void inParallel(int count, Callable<T> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            for (Future<T> done : threads.invokeAll(java.util.Collections.nCopies(count, work))) {
                done.get(5, TimeUnit.MINUTES);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
