package io.edgeai.core.runtime.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TorchParametersTest {
    private static final Path FILE = Path.of("model.pt");

    private static Map<String, Tensor> tensors(String names) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String name : names.split(" ")) {
            tensors.put(name, Tensor.of(new float[1], 1));
        }
        return tensors;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x: Tensor | x | 1",
                "x: Tensor, y: Tensor | x y | 2",
                "x: Tensor, mask: Optional[Tensor]=None | x mask | 1",
                "x: Tensor, scale: float=1.0 | x | 1",
                "x: Tensor, sizes: Tuple[int, int]=(1, 2), y: Optional[Tensor]=None | x | 1"
            })
    void tensorsAreTakenAndDefaultsLeft(String declared, String names, int required) {
        assertThat(TorchParameters.of(FILE, declared))
                .isEqualTo(new TorchParameters(List.of(names.split(" ")), required, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"x: Tensor, n: int", "states: Dict[str, Tensor]", "xs: List[Tensor]", "t: Tuple[Tensor, int]"})
    void whatIsNoTensorAndHasNoDefaultIsRefused(String declared) {
        assertThatThrownBy(() -> TorchParameters.of(FILE, declared))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("only tensors can be fed");
    }

    @ParameterizedTest
    @CsvSource({"a b c, a b c", "b a, a b", "a b, a b"})
    void whatIsFedGoesInTheOrderOfTheCode(String given, String order) {
        TorchParameters parameters = new TorchParameters(List.of("a", "b", "c"), 2, true);
        assertThatCode(() -> parameters.check(tensors(given))).doesNotThrowAnyException();
        assertThat(parameters.order(tensors(given))).containsExactly(order.split(" "));
    }

    @ParameterizedTest
    @CsvSource({"a, (b) is missing", "b, (a) is missing", "a b d, (c) is missing", "a b x, no input (x)"})
    void gapsAndStrangersAreNamed(String given, String complaint) {
        TorchParameters parameters = new TorchParameters(List.of("a", "b", "c", "d"), 2, true);
        assertThatThrownBy(() -> parameters.check(tensors(given)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(complaint);
    }

    @Test
    void whereTheFileDoesNotTellTheMapsOrderCounts() {
        TorchParameters parameters = TorchParameters.of(FILE, "");
        assertThatCode(() -> parameters.check(tensors("q p"))).doesNotThrowAnyException();
        assertThat(parameters.order(tensors("q p"))).containsExactly("q", "p");
    }
}
