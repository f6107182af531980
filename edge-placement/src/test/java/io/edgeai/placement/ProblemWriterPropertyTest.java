package io.edgeai.placement;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/** Any problems written and read: equal, by the schema, always the same text. */
class ProblemWriterPropertyTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Path SCHEMA =
            Path.of(System.getProperty("edgeai.root", ".."), "docs/cli/placement-problem.schema.json");

    @Test
    void whatIsReadEqualsWhatWasWritten() throws IOException {
        JsonSchema schema =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(Files.readString(SCHEMA));
        List<LongFunction<PlacementProblem>> kinds = List.of(
                AnyProblems::any,
                RandomProblems::small,
                HourlyProblems::small,
                BatchedProblems::small,
                AnyProblems::any);
        for (long seed = 0; seed < 500; seed++) {
            PlacementProblem problem = kinds.get((int) (seed % kinds.size())).apply(seed);
            String text = problem.toJson();
            assertThat(schema.validate(MAPPER.readTree(text)))
                    .as("seed %d", seed)
                    .isEmpty();
            PlacementProblem read = PlacementProblemJson.read(text);
            assertThat(read.topology().sites())
                    .as("seed %d", seed)
                    .isEqualTo(problem.topology().sites());
            assertThat(read).as("seed %d", seed).isEqualTo(problem).hasSameHashCodeAs(problem);
            assertThat(read.toJson()).as("seed %d", seed).isEqualTo(text);
        }
    }
}
