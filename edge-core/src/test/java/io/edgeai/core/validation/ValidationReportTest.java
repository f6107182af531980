package io.edgeai.core.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.model.WorkloadType;
import io.edgeai.core.signing.SigningKey;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValidationReportTest {
    private static ModelVersion version(String model, byte[] bytes, Map<String, String> tags) {
        return new ModelVersion(
                VersionRef.of(model, 1),
                ModelFormat.TENSORRT,
                WorkloadType.INFERENCE,
                Digest.of(bytes),
                bytes.length,
                Signature.UNKNOWN,
                Optional.empty(),
                "",
                Stage.VALIDATING,
                Instant.EPOCH,
                tags);
    }

    private static final Candidate CANDIDATE =
            new Candidate(version("m", new byte[] {1}, Map.of()), Path.of("absent"), null);

    private record NamedGate(String name, Supplier<GateResult> answer, List<String> asked) implements ValidationGate {
        @Override
        public GateResult check(Candidate candidate) {
            asked.add(name);
            return answer.get();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void gatesAreAskedInOrderUpToTheFirstThatFails(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            List<String> asked = new ArrayList<>();
            List<ValidationGate> gates = new ArrayList<>();
            List<String> expected = new ArrayList<>();
            String failing = "";
            for (int i = 0; i < 1 + random.nextInt(5); i++) {
                String name = "gate " + i;
                boolean passes = random.nextInt(3) > 0;
                if (failing.isEmpty()) {
                    expected.add(name);
                    failing = passes ? "" : name;
                }
                gates.add(new NamedGate(
                        name, () -> passes ? GateResult.passed(name, "fine") : GateResult.failed(name, "bad"), asked));
            }
            ValidationReport report = ValidationReport.of(CANDIDATE, gates);
            assertThat(asked).as("seed " + seed).isEqualTo(expected);
            assertThat(report.results()).extracting(GateResult::gate).isEqualTo(expected);
            assertThat(report.passed()).as("seed " + seed).isEqualTo(failing.isEmpty());
            assertThat(report.summary())
                    .as("seed " + seed)
                    .isEqualTo(failing.isEmpty() ? "passed " + String.join(", ", expected) : failing + " failed: bad");
        }
    }

    static Stream<Arguments> breakages() {
        return Stream.of(
                Arguments.of(new ModelFormatException("The file (x) ends early."), "The file (x) ends early."),
                Arguments.of(new NullPointerException(), "java.lang.NullPointerException"),
                Arguments.of(new UnsatisfiedLinkError("no engine"), "no engine"),
                Arguments.of(new NoClassDefFoundError("ai/Engine"), "ai/Engine"));
    }

    @ParameterizedTest
    @MethodSource("breakages")
    void aGateThatBreaksIsAFailureWithItsMessage(Throwable broken, String detail) {
        ValidationGate gate = new NamedGate("broken", () -> raise(broken), new ArrayList<>());
        ValidationReport report = ValidationReport.of(CANDIDATE, List.of(gate));
        assertThat(report.passed()).isFalse();
        assertThat(report.results()).containsExactly(GateResult.failed("broken", detail));
    }

    private static GateResult raise(Throwable broken) {
        if (broken instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) broken;
    }

    @Test
    void nothingToAskIsRefused() {
        assertThatThrownBy(() -> ValidationReport.of(CANDIDATE, List.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("would let anything pass")
                .hasMessageContaining("Maybe");
    }

    /** Figures without a number in JSON must not make the audit's evidence unreadable. */
    @Test
    void evidenceIsJsonWhateverItSays() throws Exception {
        List<GateResult> results = List.of(
                GateResult.passed("a \"quoted\" gate", "tab\t, bar |, \u0000 and ✓")
                        .with("p99Millis", 1.25),
                GateResult.failed("far", "</script>\n")
                        .with("distance", Double.POSITIVE_INFINITY)
                        .with("mean", Double.NaN)
                        .with("tiny", Double.MIN_VALUE));
        String json = new ValidationReport(VersionRef.of("m", 1), results).json();
        JsonNode read = new ObjectMapper().readTree(json);
        assertThat(read).hasSize(2);
        for (int i = 0; i < results.size(); i++) {
            GateResult result = results.get(i);
            JsonNode node = read.get(i);
            assertThat(node.get("gate").asText()).isEqualTo(result.gate());
            assertThat(node.get("passed").asBoolean()).isEqualTo(result.passed());
            assertThat(node.get("detail").asText()).isEqualTo(result.detail());
            assertThat(node.get("figures")).hasSize(result.figures().size());
            result.figures().forEach((figure, value) -> assertThat(
                            Double.valueOf(node.get("figures").get(figure).asText()))
                    .as(figure)
                    .isEqualTo(value));
        }
    }

    @Test
    void aSignatureCoversNameContentAndLengthButNotTheNumber() {
        SigningKey key = SigningKey.generate();
        SigningKey stranger = SigningKey.generate();
        ModelVersion plain = version("m", new byte[] {1, 2}, Map.of());
        Map<String, String> tags =
                Map.of(VersionSignature.tag(key.verifying()), VersionSignature.sign(plain, key), "site", "north");
        ValidationGate gate = ValidationGates.signedBy(stranger.verifying(), key.verifying());
        assertThat(check(gate, version("m", new byte[] {1, 2}, tags))).isTrue();
        assertThat(check(gate, version("n", new byte[] {1, 2}, tags)))
                .as("another model")
                .isFalse();
        assertThat(check(gate, version("m", new byte[] {1, 3}, tags)))
                .as("other bytes")
                .isFalse();
        assertThat(check(gate, version("m", new byte[] {1, 2, 0}, tags)))
                .as("one byte more")
                .isFalse();
        assertThat(check(gate, plain)).as("no signature").isFalse();
        assertThat(check(ValidationGates.signedBy(stranger.verifying()), version("m", new byte[] {1, 2}, tags)))
                .as("a key that is not trusted")
                .isFalse();
        Map<String, String> borrowed =
                Map.of(VersionSignature.tag(key.verifying()), VersionSignature.sign(plain, stranger));
        assertThat(check(gate, version("m", new byte[] {1, 2}, borrowed)))
                .as("a stranger's signature under a trusted key's tag")
                .isFalse();
    }

    private static boolean check(ValidationGate gate, ModelVersion version) {
        return ValidationReport.of(new Candidate(version, Path.of("absent"), null), List.of(gate))
                .passed();
    }
}
