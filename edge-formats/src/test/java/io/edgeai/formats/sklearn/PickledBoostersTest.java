package io.edgeai.formats.sklearn;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The models that XGBoost 1.7.4 and 3.0.4 wrote, in the envelope in which its Python package pickles them, with the
 * predictions written beside them.
 */
class PickledBoostersTest {
    private static Path models() {
        try {
            return Path.of(Objects.requireNonNull(PickledBoostersTest.class.getResource("/xgboost"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    static List<Path> names() {
        return GoldenCase.folders(models());
    }

    @ParameterizedTest
    @MethodSource("names")
    void aPickledBoosterPredictsAsItsFileDoes(Path model) throws IOException {
        double[][] input = numbers(model.resolve("input.csv"));
        double[] expected = Arrays.stream(numbers(model.resolve("predict.csv")))
                .flatMapToDouble(Arrays::stream)
                .toArray();
        byte[] handle = enveloped(Files.readAllBytes(model.resolve("model.ubj")));
        Tensor answer = Asked.all(Made.of("xgboost.core", "Booster", "handle", handle), input)
                .get("predict");
        double[] predicted = answer.doubles();
        assertThat(predicted).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            double off = Math.abs(predicted[i] - expected[i]) / Math.max(1, Math.abs(expected[i]));
            assertThat(off).as(model.getFileName() + " " + i).isLessThanOrEqualTo(1e-5);
        }
    }

    private static double[][] numbers(Path csv) {
        return GoldenCase.rows(csv).stream()
                .map(row -> Arrays.stream(row)
                        .mapToDouble(cell -> cell.equals("nan") ? Double.NaN : Double.parseDouble(cell))
                        .toArray())
                .toArray(double[][]::new);
    }

    /** {@code {"Config": {}, "Model": …}} in UBJSON. */
    private static byte[] enveloped(byte[] model) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write('{');
        out.write(key("Config"));
        out.write("{}".getBytes(StandardCharsets.US_ASCII));
        out.write(key("Model"));
        out.write(model);
        out.write('}');
        return out.toByteArray();
    }

    private static byte[] key(String name) {
        byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(9 + text.length)
                .put((byte) 'L')
                .putLong(text.length)
                .put(text)
                .array();
    }
}
