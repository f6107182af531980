package io.edgeai.federated.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.federated.RoundResult;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.data.MnistFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Descriptions that are run: what they print, what they read, and what they refuse. */
class SimulationRunTest {
    private final ObjectMapper json = new ObjectMapper();

    @TempDir
    private Path folder;

    private static FederatedSimulation of(String document) {
        return FederatedSimulation.fromJson(document.replace('\'', '"'));
    }

    private List<JsonNode> lines(FederatedSimulation simulation, List<RoundResult> rounds) throws IOException {
        List<String> text = new ArrayList<>();
        rounds.addAll(simulation.run(text::add, Progress.NONE).run().rounds());
        List<JsonNode> parsed = new ArrayList<>();
        for (String line : text) {
            assertThat(line).doesNotContain("\n", "\r", "NaN", "Infinity");
            parsed.add(json.readTree(line));
        }
        return parsed;
    }

    @Test
    void withoutRoundsABudgetIsSpentMovementByMovement() throws IOException {
        List<JsonNode> lines = lines(
                of("{'rounds':4,'asynchronous':{'concurrency':4,'buffer':3},"
                        + "'privacy':{'epsilon':4,'delta':1e-5,'clip':0.5},"
                        + "'data':{'type':'synthetic','participants':8,'features':6,'classes':3}}"),
                new ArrayList<>());
        assertThat(lines).hasSize(4);
        for (int i = 1; i < 4; i++) {
            assertThat(lines.get(i).get("epsilon").asDouble())
                    .isGreaterThan(lines.get(i - 1).get("epsilon").asDouble());
        }
        assertThat(lines.get(3).get("epsilon").asDouble()).isBetween(3.9, 4.0);
    }

    @Test
    void withoutRoundsEachLineTellsTheStaleness() throws IOException {
        List<RoundResult> moves = new ArrayList<>();
        List<JsonNode> lines = lines(
                of("{'rounds':6,'asynchronous':{'concurrency':4,'buffer':3,'maximumStaleness':9},"
                        + "'data':{'type':'synthetic','participants':8,'features':6,'classes':3}}"),
                moves);
        assertThat(lines).hasSize(6);
        for (int i = 0; i < 6; i++) {
            assertThat(lines.get(i).get("round").asInt()).isEqualTo(i + 1);
            assertThat(lines.get(i).get("reported").asInt()).isEqualTo(3);
            assertThat(lines.get(i).get("staleness").asDouble())
                    .isEqualTo(moves.get(i).staleness());
        }
        assertThat(moves).anyMatch(move -> move.staleness() > 0);
        assertThatThrownBy(() -> of("{'asynchronous':{},'selection':{'count':2},'data':{}}")
                        .run(line -> {}, Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no rounds to select for");
    }

    /** A simulation goes on from the file that an earlier one wrote: its first round is no worse than the earlier one's last. */
    @Test
    void anOnnxFileIsTrainedFromWhereItIs() throws IOException {
        String data = "'strategy':'fedprox','mu':1,'selection':{'count':6},"
                + "'data':{'participants':6,'features':4,'classes':3,'alpha':0,'beta':0}}";
        FederatedSimulation.Result first = of("{'rounds':20," + data).run(line -> {}, Progress.NONE);
        OnnxWriter.write(first.toOnnx("half"), folder.resolve("half.onnx"));
        String document = "{'rounds':2,'model':{'type':'onnx','file':'half.onnx'}," + data;

        FederatedSimulation.Result second = FederatedSimulation.fromJson(document.replace('\'', '"'), folder)
                .run(line -> {}, Progress.NONE);

        double fromZeros = first.run().rounds().get(0).loss();
        double atEnd = first.run().rounds().get(19).loss();
        assertThat(second.run().rounds().get(0).loss())
                .as("%s at first, %s after 20 rounds", fromZeros, atEnd)
                .isCloseTo(atEnd, within(0.2 * (fromZeros - atEnd)));
        assertThat(second.toOnnx("whole").outputs().get(0).name()).isEqualTo("probabilities");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'rounds':3,'strategy':'scaffold','data':{'participants':12,'features':4,'classes':3}}",
                "{'rounds':3,'strategy':'fednova','selection':{'type':'oort','count':4},'data':{'participants':12}}",
                "{'rounds':3,'strategy':'q-fedavg','q':2,'selection':{'type':'poisson','chance':0.9},'data':{}}",
                "{'rounds':3,'strategy':'ditto','lambda':1,'selection':{'type':'stratified'},'data':{}}",
                "{'rounds':3,'aggregator':{'type':'centred-clipping'},'selection':{'type':'power-of-choice'},'data':{}}",
                "{'rounds':3,'aggregator':{'type':'bulyan'},'selection':{'type':'availability','coolDown':1},'data':{}}",
                "{'rounds':3,'aggregator':{'type':'multi-krum','share':0.1},'server':{'type':'yogi'},'data':{}}",
                "{'rounds':3,'aggregator':{'type':'geometric-median'},'server':{'type':'adagrad'},'data':{}}",
                "{'rounds':4,'data':{'participants':9,'features':4,'classes':3}}",
                "{'rounds':5,'evaluateEvery':3,'strategy':'fedadam','data':{'participants':9,'features':4}}",
                "{'rounds':3,'strategy':'fedprox','mu':0.25,'epochs':3,'stragglers':0.5,'selection':{'count':6},"
                        + "'data':{'participants':9,'features':4}}",
                "{'rounds':3,'strategy':'fedavg','epochs':3,'stragglers':0.5,'selection':{'count':6},"
                        + "'data':{'participants':9,'features':4}}"
            })
    void everyLineSaysWhatTheRoundSays(String document) throws IOException {
        List<RoundResult> rounds = new ArrayList<>();
        List<JsonNode> lines = lines(of(document), rounds);
        assertThat(lines).hasSameSizeAs(rounds);
        for (int i = 0; i < lines.size(); i++) {
            RoundResult round = rounds.get(i);
            JsonNode line = lines.get(i);
            List<String> names = new ArrayList<>();
            line.fieldNames().forEachRemaining(names::add);
            assertThat(names)
                    .containsExactly(
                            "round", "accuracy", "loss", "bytes", "epsilon", "seconds", "selected", "reported", "mu");
            assertThat(line.get("round").asInt()).isEqualTo(i + 1);
            number(line.get("accuracy"), round.accuracy());
            number(line.get("loss"), round.loss());
            assertThat(line.get("bytes").asLong()).isEqualTo(round.bytesDown() + round.bytesUp());
            assertThat(line.get("epsilon").isNull()).isTrue();
            number(line.get("seconds"), round.seconds());
            assertThat(line.get("selected").asInt()).isEqualTo(round.selected());
            assertThat(line.get("reported").asInt()).isEqualTo(round.reported());
            number(line.get("mu"), round.mu());
        }
    }

    private static void number(JsonNode node, double expected) {
        if (Double.isNaN(expected)) {
            assertThat(node.isNull()).isTrue();
        } else {
            assertThat(node.asDouble()).isEqualTo(expected);
        }
    }

    /** Of 12 · 6 + 6 = 78, or 12 · 5 + 5 + 5 · 6 + 6 = 101 parameters, 4 bytes each, down to 6 and up from 3 or 6. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{}|fedavg|3|2808",
                "{}|fedprox|6|3744",
                "{'type':'mlp','hidden':[5]}|fedavg|3|3636",
                "{'type':'mlp','hidden':[5]}|fedprox|6|4848"
            })
    void bytesAreCountedByHand(String model, String strategy, int reported, long bytes) throws IOException {
        JsonNode line = lines(
                        of("{'rounds':1,'model':" + model + ",'strategy':'" + strategy
                                + "','epochs':2,'stragglers':0.5,'selection':{'count':6},"
                                + "'data':{'participants':8,'features':12,'classes':6}}"),
                        new ArrayList<>())
                .get(0);
        assertThat(line.get("selected").asInt()).isEqualTo(6);
        assertThat(line.get("reported").asInt()).isEqualTo(reported);
        assertThat(line.get("bytes").asLong()).isEqualTo(bytes);
    }

    @Test
    void threadsDoNotChangeTheLines() throws IOException {
        String document = "{'rounds':4,'threads':%d,'strategy':'fedadam','selection':{'fraction':0.5},"
                + "'data':{'participants':12,'features':5,'classes':4}}";
        List<JsonNode> alone = lines(of(document.formatted(1)), new ArrayList<>());
        for (int threads : new int[] {2, 5, 40}) {
            List<JsonNode> many = lines(of(document.formatted(threads)), new ArrayList<>());
            for (int i = 0; i < alone.size(); i++) {
                assertThat(without(many.get(i))).isEqualTo(without(alone.get(i)));
            }
        }
    }

    private static JsonNode without(JsonNode line) {
        return ((com.fasterxml.jackson.databind.node.ObjectNode) line.deepCopy()).without("seconds");
    }

    @Test
    void progressMayCancel() {
        List<String> lines = new ArrayList<>();
        Progress afterTwo = new Progress() {
            @Override
            public void update(String phase, long done, long total) {}

            @Override
            public boolean cancelled() {
                return lines.size() == 2;
            }
        };
        for (int threads : new int[] {1, 3}) {
            lines.clear();
            assertThatThrownBy(() -> of("{'threads':" + threads + ",'data':{'participants':5,'features':3}}")
                            .run(lines::add, afterTwo))
                    .isInstanceOf(OperationCancelledException.class)
                    .hasMessageContaining("round (3)");
            assertThat(lines).hasSize(2);
        }
    }

    /** Regression: a path that the file system cannot name was an error of the platform, at run time. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'data':{'type':'fsyn','file':'a\\u0000b'}}|data.file",
                "{'data':{'type':'mnist','folder':'a\\u0000b','partition':{}}}|data.folder",
                "{'data':{'type':'mnist','folder':'a','users':'a\\u0000b'}}|data.users"
            },
            quoteCharacter = '~')
    void pathsThatCannotBeAreRefusedByName(String document, String field) {
        assertThatThrownBy(() -> of(document))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("Field " + field + " (")
                .hasMessageContaining("is no path: ");
    }

    /** Regression: bytes that are no UTF-8 were told as a failure of the disk. */
    @Test
    void aFileThatIsNoTextIsBadInput() throws IOException {
        Path file = Files.write(folder.resolve("config.json"), new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'});
        assertThatThrownBy(() -> FederatedSimulation.read(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("Simulation file (" + file + ") is not UTF-8 text.");
    }

    /** A sound description cut at every character never passes, and never fails but as bad input. */
    @Test
    void aCutDescriptionIsRefused() {
        String whole =
                "{'rounds':3,'selection':{'count':2},'model':{'type':'mlp','hidden':[3,4]},'data':{'alpha':0.5}}";
        assertThat(of(whole).rounds()).isEqualTo(3);
        for (int length = 0; length < whole.length(); length++) {
            String cut = whole.substring(0, length);
            assertThatThrownBy(() -> of(cut)).as(cut).isInstanceOf(InvalidInputException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void editedDescriptionsReadOrAreRefused(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        String whole =
                "{'rounds':3,'selection':{'count':2},'model':{'type':'mlp','hidden':[3,4]},'data':{'alpha':0.5}}";
        String letters = "0123456789-+.eE,:{}[]'\\ \"xn\u0000";
        for (int edit = 0; edit < 400; edit++) {
            StringBuilder text = new StringBuilder(whole);
            for (int change = random.nextInt(3); change >= 0; change--) {
                text.setCharAt(random.nextInt(text.length()), letters.charAt(random.nextInt(letters.length())));
            }
            try {
                assertThat(of(text.toString()).rounds()).isPositive();
            } catch (InvalidInputException e) {
                assertThat(e.getMessage()).as("seed %d: %s", seed, text).isNotBlank();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "1", "'text'", "true", "[{}]"})
    void whatIsNoObjectIsRefused(String document) {
        assertThatThrownBy(() -> of(document))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("Field (the document)");
    }

    @Test
    void endlessNestingIsRefused() {
        assertThatThrownBy(() -> of("{'data':" + "[".repeat(200_000)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("not valid JSON");
    }

    /** Long values are shortened in messages, so that a mistake does not fill a log. */
    @Test
    void messagesDoNotRepeatLongValues() {
        assertThatThrownBy(() -> of("{'strategy':'" + "x".repeat(5000) + "','data':{}}"))
                .isInstanceOf(InvalidInputException.class)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(250).contains("x…)"));
    }

    private void mnist(int train, int test) throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        write("train", train, random);
        write("t10k", test, random);
    }

    private void write(String name, int count, SplittableRandom random) throws IOException {
        ByteBuffer images = ByteBuffer.allocate(16 + 6 * count)
                .putInt(0x803)
                .putInt(count)
                .putInt(2)
                .putInt(3);
        ByteBuffer labels = ByteBuffer.allocate(8 + count).putInt(0x801).putInt(count);
        for (int i = 0; i < count; i++) {
            int label = random.nextInt(4);
            labels.put((byte) label);
            for (int pixel = 0; pixel < 6; pixel++) {
                images.put((byte) (pixel == label ? 200 + random.nextInt(50) : random.nextInt(90)));
            }
        }
        Files.write(folder.resolve(name + "-images-idx3-ubyte"), images.array());
        Files.write(folder.resolve(name + "-labels-idx1-ubyte"), labels.array());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'iid','participants':10}",
                "{'type':'shards','participants':10,'shards':3}",
                "{'type':'dirichlet','participants':10,'alpha':0.3}",
                "{'type':'power-law','participants':10,'exponent':1.2}",
                "{'participants':10}"
            })
    void picturesAreLearnedInEveryPartition(String partition) throws IOException {
        mnist(400, 100);
        FederatedSimulation simulation = FederatedSimulation.fromJson(
                ("{'rounds':30,'epochs':3,'learningRate':0.2,'selection':{'fraction':1},'data':{'type':'mnist',"
                                + "'folder':'.','standardize':true,'partition':" + partition + "}}")
                        .replace('\'', '"'),
                folder);
        FederatedSimulation.Result result = simulation.run(line -> {}, Progress.NONE);
        assertThat(result.run().accuracy()).isGreaterThan(0.9);
        assertThat(result.standardization()).isNotNull();
    }

    /** What is exported takes pixels as the files have them: ONNX Runtime reaches the accuracy that was reported. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theExportTakesInputsAsInTheFiles(boolean standardize) throws IOException {
        mnist(300, 80);
        FederatedSimulation.Result result = FederatedSimulation.fromJson(
                        ("{'rounds':8,'epochs':2,'model':{'type':'mlp','hidden':[7]},'data':{'type':'mnist','folder':'.',"
                                        + "'standardize':" + standardize + ",'partition':{'participants':5}}}")
                                .replace('\'', '"'),
                        folder)
                .run(line -> {}, Progress.NONE);
        LabelledSet test = MnistFiles.test(folder);
        float[] answers;
        try (InferenceSession session = Engines.discover()
                .forFormat(ModelFormat.ONNX)
                .open(OnnxWriter.toBytes(result.toOnnx("pictures")), SessionOptions.defaults())) {
            answers = session.predict(test.values(), 0);
        }
        int right = 0;
        double loss = 0;
        for (int i = 0; i < test.size(); i++) {
            int best = 0;
            for (int c = 1; c < 10; c++) {
                best = answers[10 * i + c] > answers[10 * i + best] ? c : best;
            }
            right += best == test.label(i) ? 1 : 0;
            loss -= Math.log(answers[10 * i + test.label(i)]);
        }
        assertThat(right / (double) test.size()).isEqualTo(result.run().accuracy());
        RoundResult last = result.run().rounds().get(7);
        assertThat(loss / test.size()).isCloseTo(last.loss(), within(1e-4));
    }

    /** Users with test pictures of their own are evaluated on those; where there are none, on the published test set. */
    @ParameterizedTest
    @CsvSource({"true,6", "false,50"})
    void usersAreEvaluatedOnTheirOwn(boolean ownTests, int evaluated) throws IOException {
        mnist(60, 50);
        Files.writeString(
                folder.resolve("users.csv"),
                "user,part,index\nann,train,0 1 2 3 4 5 6 7\nbob,train,8 9 10 11\n"
                        + (ownTests ? "ann,test,60 61 62\nbob,test,63 64 65\n" : ""),
                StandardCharsets.UTF_8);
        FederatedSimulation.Result result = FederatedSimulation.fromJson(
                        "{'rounds':2,'selection':{'count':2},'data':{'type':'mnist','folder':'.','users':'users.csv'}}"
                                .replace('\'', '"'),
                        folder)
                .run(line -> {}, Progress.NONE);
        LabelledSet test = MnistFiles.test(folder).range(0, evaluated);
        assertThat(result.run().model().evaluate(test).accuracy())
                .isEqualTo(result.run().accuracy());
        assertThat(result.run().model().evaluate(test).loss())
                .isEqualTo(result.run().rounds().get(1).loss());
    }

    @Test
    void filesThatAreMissingAreNamedWhenRun() {
        FederatedSimulation simulation = FederatedSimulation.fromJson(
                "{\"data\":{\"type\":\"mnist\",\"folder\":\"nowhere\",\"partition\":{}}}", folder);
        assertThatThrownBy(() -> simulation.run(line -> {}, Progress.NONE))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining(folder.resolve("nowhere").toString());
    }
}
