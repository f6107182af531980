package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.samples.Console;
import io.edgeai.samples.sites.Keytool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What coordinator and participant refuse before anybody trains. */
class FederationOptionsTest {
    private static final String DATA =
            "\"data\": {\"type\": \"synthetic\", \"participants\": 3, \"features\": 4, \"classes\": 2}";

    @TempDir
    Path folder;

    private Path config(String fields) throws IOException {
        return Files.writeString(folder.resolve("config.json"), "{\"rounds\": 2, " + fields + DATA + "}");
    }

    private static void assertRefused(Console console, String says) {
        assertThat(console.code()).as(console.err()).isEqualTo(2);
        assertThat(console.err()).contains(says);
    }

    @Test
    void aCodecThatIsNoneIsNamed() throws IOException {
        assertRefused(
                Console.run("coordinator", config(""), "--port", "0", "--models", "zip"), "Codec (zip) is not known");
    }

    /** What participants elsewhere cannot do is known before the first of them comes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"secureAggregation\": {}| maybe give the door a roster(..)",
                "\"privacy\": {\"epsilon\": 4, \"delta\": 1e-3}| noise from a seed protects nobody",
                "\"secureAggregation\": {}, \"compression\": {\"type\": \"int8\"}| updates as int8 cannot be added up unseen"
            })
    void protectionsThatDoNotHoldElsewhereAreRefused(String fields, String says) throws IOException {
        assertRefused(Console.run("coordinator", config(fields.strip() + ", "), "--port", "0"), says);
    }

    @Test
    void aRosterNeedsAFileAndAKey() throws IOException {
        Path config = config("");
        Path missing = folder.resolve("sites.crt");
        assertRefused(
                Console.run("coordinator", config, "--port", "0", "--roster", missing), "sites.crt) cannot be read");
        assertRefused(
                Console.run("participant", config, "--name", "0", "--roster", missing), "needs a key to sign with");
    }

    @Test
    void aParticipantIsInTheRosterItShows() throws IOException {
        Keytool keytool = new Keytool(folder);
        Path others = keytool.together("others.crt", List.of(keytool.make("1"), keytool.make("2")));
        assertRefused(
                Console.run(
                        "participant",
                        config(""),
                        "--name",
                        "0",
                        "--certificate",
                        folder.resolve("1.crt"),
                        "--key",
                        folder.resolve("1.key"),
                        "--trust",
                        others,
                        "--roster",
                        others),
                "Participant (0) is not in the roster of 2");
    }

    @Test
    void aSumOfOneIsNoCondition() throws IOException {
        assertRefused(
                Console.run("participant", config(""), "--name", "0", "--require-survivors", "1"),
                "minimumSurvivors (1)");
    }
}
