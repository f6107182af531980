package io.edgeai.federated.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.PrivacyBudgetExceededException;
import io.edgeai.federated.privacy.Mechanism;
import io.edgeai.federated.privacy.PrivacyAccountant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtectionFieldsTest {
    private static final String DATA =
            "'data':{'type':'synthetic','participants':40,'features':8,'classes':3,'alpha':0,'beta':0}";

    @TempDir
    Path dir;

    private List<JsonNode> run(String fields) {
        List<JsonNode> lines = new ArrayList<>();
        ObjectMapper json = new ObjectMapper();
        String document = ("{" + fields + "," + DATA + "}").replace('\'', '"');
        FederatedSimulation.fromJson(document, dir)
                .run(
                        line -> {
                            try {
                                lines.add(json.readTree(line));
                            } catch (JsonProcessingException e) {
                                throw new AssertionError(line, e);
                            }
                        },
                        Progress.NONE);
        return lines;
    }

    @Test
    void epsilonOfEachRoundIsTheAccountants() {
        List<JsonNode> lines = run("'rounds':4,'privacy':{'epsilon':9,'delta':1e-4,'sampling':0.4,'noise':2}");

        for (int i = 0; i < 4; i++) {
            assertThat(lines.get(i).get("epsilon").doubleValue())
                    .isEqualTo(PrivacyAccountant.pld().epsilon(Mechanism.poisson(0.4, 2), i + 1, 1e-4));
        }
    }

    @Test
    void theSameSeedMakesTheSameNoiseAndAnotherDoesNot() {
        String fields = "'rounds':3,'privacy':{'epsilon':5,'delta':1e-4,'sampling':0.4}";
        JsonNode loss = run(fields).get(2).get("loss");

        assertThat(run(fields).get(2).get("loss")).isEqualTo(loss);
        assertThat(run(fields + ",'seed':2").get(2).get("loss")).isNotEqualTo(loss);
    }

    @Test
    void aLedgerIsFoundAgainByTheNextRun() {
        String fields = "'rounds':2,'privacy':{'epsilon':5,'delta':1e-4,'ledger':'spent'}";
        run(fields);

        assertThat(dir.resolve("spent")).exists();
        assertThatThrownBy(() -> run(fields)).isInstanceOf(PrivacyBudgetExceededException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'clipping':'per-layer'",
                "'clipping':'adaptive','quantile':0.4,'noise':0.9,'sampling':0.8",
                "'noiseBy':'local'",
                "'accountant':'rdp','clip':0.5"
            })
    void allMembersRun(String more) {
        List<JsonNode> lines = run("'rounds':2,'privacy':{'epsilon':20,'delta':1e-3," + more + "}");

        assertThat(lines.get(1).get("epsilon").doubleValue()).isBetween(0.1, 20.0);
    }

    @Test
    void secureSumsAndCompressionRun() {
        List<JsonNode> secure = run("'rounds':2,'secureAggregation':{'minimumSurvivors':4},"
                + "'privacy':{'epsilon':20,'delta':1e-3,'noiseBy':'distributed'}");
        List<JsonNode> packed = run("'rounds':2,'compression':{'type':'top','share':0.25},'strategy':'fedavg'");

        assertThat(secure.get(1).get("reported").intValue()).isEqualTo(4);
        int down = 4 * 4 * 27;
        assertThat(packed.get(1).get("bytes").intValue()).isEqualTo(down + 4 * (12 + 4 + 7 + 2 + 7));
        assertThat(packed.get(1).get("epsilon").isNull()).isTrue();
    }

    @Test
    void whatExcludesEachOtherIsRefused() {
        assertThatThrownBy(() -> run("'strategy':'fedprox-adaptive','secureAggregation':{}"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("fedprox(adaptive)");
        assertThatThrownBy(() -> run("'selection':{'count':3},'privacy':{'epsilon':1,'sampling':0.5}"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("excludes sampling");
        // A rule that is asked for is never dropped in silence.
        for (String guarded : List.of(
                "'secureAggregation':{}", "'privacy':{'epsilon':1}", "'asynchronous':{'concurrency':4,'buffer':2}")) {
            assertThatThrownBy(() -> run(guarded + ",'aggregator':{'type':'krum'}"))
                    .as(guarded)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("krum");
        }
        assertThatThrownBy(() -> run("'secureAggregation':{'groupSize':2}"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Groups of (2) participants never have the (3) survivors");
    }
}
