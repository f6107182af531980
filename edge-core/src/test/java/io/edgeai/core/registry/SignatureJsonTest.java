package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.TensorSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignatureJsonTest {
    private static final ObjectMapper TREE = new ObjectMapper();

    @Test
    void isWhatRegistriesOfEarlierVersionsHold() {
        Signature signature = new Signature(
                List.of(new TensorSpec("x", ElementType.FLOAT, List.of(Dim.symbolic("N"), Dim.of(3), Dim.UNKNOWN))),
                List.of(new TensorSpec("label \"é\"\n", ElementType.STRING, List.of())));
        String text = "{\"inputs\":[{\"name\":\"x\",\"type\":\"FLOAT\",\"shape\":[\"N\",3,null]}],"
                + "\"outputs\":[{\"name\":\"label \\\"é\\\"\\n\",\"type\":\"STRING\",\"shape\":[]}]}";
        assertThat(SignatureJson.write(signature)).isEqualTo(text);
        assertThat(SignatureJson.read(text)).isEqualTo(signature);
    }

    @Test
    void randomSignaturesComeBackAndReadTheSameAsATree() throws IOException {
        long seed = 20_261_126;
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 300; i++) {
            Signature signature = new Signature(specs(random), specs(random));
            String text = SignatureJson.write(signature);
            assertThat(SignatureJson.read(text)).as("seed %d, case %d", seed, i).isEqualTo(signature);
            JsonNode tree = TREE.readTree(text);
            assertThat(tree.toString()).isEqualTo(text);
            assertThat(SignatureJson.read(tree.toPrettyString())).isEqualTo(signature);
        }
    }

    private static List<TensorSpec> specs(SplittableRandom random) {
        List<TensorSpec> specs = new ArrayList<>();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            List<Dim> shape = new ArrayList<>();
            int rank = random.nextInt(5);
            for (int d = 0; d < rank; d++) {
                shape.add(
                        switch (random.nextInt(3)) {
                            case 0 -> Dim.of(random.nextLong(Long.MAX_VALUE));
                            case 1 -> Dim.symbolic("batch/" + (char) ('"' + random.nextInt(400)));
                            default -> Dim.UNKNOWN;
                        });
            }
            ElementType[] types = ElementType.values();
            specs.add(new TensorSpec(
                    "t" + i + (char) (1 + random.nextInt(5000)), types[random.nextInt(types.length)], shape));
        }
        return specs;
    }

    @Test
    void whatItDoesNotKnowIsPassedOver() {
        assertThat(SignatureJson.read("{\"new\":{\"a\":[1]},\"outputs\":[{\"name\":\"y\",\"layout\":[\"NHWC\"],"
                        + "\"type\":\"INT64\",\"shape\":[2]}]}"))
                .isEqualTo(
                        new Signature(List.of(), List.of(new TensorSpec("y", ElementType.INT64, List.of(Dim.of(2))))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"inputs\":{}}",
                "{\"inputs\":[1]}",
                "{\"inputs\":[{\"name\":\"x\",\"type\":\"NUMBER\",\"shape\":[]}]}",
                "{\"inputs\":[{\"name\":\"x\",\"type\":\"FLOAT\",\"shape\":3}]}",
                "{\"inputs\":[{\"name\":\"x\",\"type\":\"FLOAT\",\"shape\":[true]}]}",
                "{\"inputs\":[{\"name\":\"x\",\"type\":\"FLOAT\",\"shape\":[1",
                "{\"inputs\":[]} {}"
            })
    void whatIsDamagedIsRefused(String text) {
        assertThatThrownBy(() -> SignatureJson.read(text))
                .isInstanceOf(ModelIntegrityException.class)
                .hasMessageContaining("Maybe");
    }
}
