package io.edgeai.formats.emit;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.formats.spi.ImportReport;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AccountTest {
    private static OnnxNode node(String op) {
        return new OnnxNode(op, "", List.of(), List.of());
    }

    @Test
    void partsOfOneKindAreAddedUp() {
        Account account = new Account();
        account.add("CONV", "operator 0", List.of(node("Transpose"), node("Conv")));
        account.add("RELU", "operator 1", List.of(node("Relu")));
        account.add("CONV", "operator 2", List.of(node("Conv")));
        account.add("SHAPE", "operator 3", List.of());

        assertThat(account.counts()).isEqualTo(Map.of("CONV", 2, "RELU", 1, "SHAPE", 1));
        assertThat(account.report().items())
                .containsExactly(
                        new ImportReport.Item("CONV", 2, "Conv x 2, Transpose", List.of("operator 0", "operator 2")),
                        new ImportReport.Item("RELU", 1, "Relu", List.of("operator 1")),
                        new ImportReport.Item("SHAPE", 1, "no node", List.of("operator 3")));
        assertThat(account.report().items().get(0))
                .hasToString("CONV x 2 -> Conv x 2, Transpose (operator 0, operator 2)");
    }

    @Test
    void ofManyPlacesTheFirstFiveAreKept() {
        Account account = new Account();
        for (int i = 0; i < 9; i++) {
            account.add("ADD", "at " + i, List.of());
        }

        assertThat(account.report().items().get(0).places()).containsExactly("at 0", "at 1", "at 2", "at 3", "at 4");
        assertThat(account.report().items().get(0)).hasToString("ADD x 9 -> no node (at 0, at 1, at 2, at 3, at 4, …)");
    }
}
