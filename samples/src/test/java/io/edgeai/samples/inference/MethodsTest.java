package io.edgeai.samples.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MethodsTest {
    private static Map<String, Tensor> outputs(String names) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (String name : names.split(" ")) {
            outputs.put(name, Tensor.of(new long[] {outputs.size()}, 1));
        }
        return outputs;
    }

    /** What the converters of each library call their outputs, and what its users call the methods. */
    @ParameterizedTest
    @CsvSource({
        "label probabilities,predict,label",
        "label probabilities,predict_proba,probabilities",
        "output_label output_probability,predict,output_label",
        "output_label output_probability,predict_proba,output_probability",
        "variable,predict,variable",
        "variable,transform,variable",
        "prediction margin,predict,prediction",
        "prediction margin,output_margin,margin",
        "label scores,decision_function,scores",
        "transformed label,transform,transformed",
        "predict label,predict,predict",
        "prediction label,predict,prediction",
        "logits,logits,logits",
    })
    void methodsFindTheirOutput(String names, String method, String expected) {
        for (ModelFormat format : List.of(ModelFormat.ONNX, ModelFormat.XGBOOST, ModelFormat.SCIKIT_LEARN)) {
            assertThat(Methods.select(outputs(names), method, format)).containsOnlyKeys(expected);
        }
    }

    @Test
    void withoutAMethodOnnxGivesAllAndOthersTheirPrediction() {
        Map<String, Tensor> two = outputs("label probabilities");
        assertThat(Methods.select(two, null, ModelFormat.ONNX)).isSameAs(two);
        assertThat(Methods.select(two, null, ModelFormat.SCIKIT_LEARN)).containsOnlyKeys("label");
        Map<String, Tensor> none = outputs("logits hidden");
        assertThat(Methods.select(none, null, ModelFormat.TFLITE)).isSameAs(none);
    }

    /** Whatever outputs there are: what is listed can be selected, and nothing else can. */
    @Test
    void theListIsExactlyWhatCanBeSelected() {
        long seed = 66;
        Random random = new Random(seed);
        List<String> known = List.of(
                "predict",
                "prediction",
                "label",
                "output_label",
                "variable",
                "probabilities",
                "output_probability",
                "scores",
                "transformed",
                "margin",
                "logits",
                "x");
        List<String> tried = new ArrayList<>(known);
        tried.addAll(List.of("all", "predict_proba", "decision_function", "transform", "output_margin", "score", ""));
        for (int round = 0; round < 300; round++) {
            StringBuilder names = new StringBuilder("y");
            for (String name : known) {
                names.append(random.nextInt(4) == 0 ? " " + name : "");
            }
            Map<String, Tensor> outputs = outputs(names.toString());
            List<String> listed = Methods.of(outputs.keySet());

            assertThat(listed)
                    .as("seed %d", seed)
                    .isSorted()
                    .doesNotHaveDuplicates()
                    .contains("all", "y");
            for (String method : tried) {
                if (listed.contains(method)) {
                    Map<String, Tensor> selected = Methods.select(outputs, method, ModelFormat.ONNX);
                    assertThat(selected).hasSize(method.equals("all") ? outputs.size() : 1);
                    assertThat(outputs).containsAllEntriesOf(selected);
                } else {
                    assertThatThrownBy(() -> Methods.select(outputs, method, ModelFormat.ONNX))
                            .isInstanceOf(InvalidInputException.class)
                            .hasMessageContaining(listed.toString());
                }
            }
        }
        assertThat(Methods.of(Set.of())).containsExactly("all");
    }
}
