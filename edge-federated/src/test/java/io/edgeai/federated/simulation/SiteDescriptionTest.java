package io.edgeai.federated.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.FederatedCoordinator;
import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.Samples;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.data.ParticipantData;
import io.edgeai.federated.data.Standardization;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.training.DenseNetwork;
import io.edgeai.federated.training.Trainer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A description that says what samples look like, and participants that bring theirs. */
class SiteDescriptionTest {
    private static final String SITES = "'data':{'type':'sites','features':4,'classes':3}";

    private static FederatedSimulation described(String fields) {
        return FederatedSimulation.fromJson("{" + fields.replace('\'', '"') + "}");
    }

    private static ParticipantData part(String id, long seed) {
        return ParticipantData.split(id, Samples.clouds(60, 4, 3, seed), 0.2, seed);
    }

    @Test
    void sitesTrainAsTheSameDataInOneProcess() {
        FederatedSimulation description =
                described("'strategy':'fedavg','rounds':5,'selection':{'fraction':1}," + SITES);
        List<FederatedParticipant> sites =
                List.of(description.participant(part("a", 1)), description.participant(part("b", 2)));
        List<String> lines = new ArrayList<>();
        FederatedSimulation.Result result = description.run(() -> sites, builder -> {}, lines::add, Progress.NONE);

        DenseNetwork model = DenseNetwork.softmax(4, 3);
        float[] expected = FederatedCoordinator.builder()
                .model(model)
                .participant(FederatedParticipant.training(model, part("a", 1)))
                .participant(FederatedParticipant.training(model, part("b", 2)))
                .strategy(Strategies.fedAvg())
                .selection(Selection.all())
                .rounds(5)
                .build()
                .run()
                .parameters();
        assertThat(result.run().parameters()).isEqualTo(expected);
        // Nobody here has samples to evaluate on.
        assertThat(lines).hasSize(5).allMatch(line -> line.contains("\"accuracy\":null"));
    }

    @Test
    void figuresOfTheDescriptionStandardizeWhatSitesBring() {
        FederatedSimulation description =
                described("'data':{'type':'sites','features':4,'classes':3,'mean':[1,2,3,4],'deviation':[2,2,1,1]}");
        LabelledSet raw = Samples.clouds(40, 4, 3, 1);
        LabelledSet byHand = Standardization.of(new double[] {1, 2, 3, 4}, new double[] {2, 2, 1, 1})
                .apply(raw);
        float[] parameters = DenseNetwork.softmax(4, 3).initialParameters(7);
        FederatedParticipant site = description.participant(new ParticipantData("a", raw, raw));

        assertThat(description.prepared(raw).values()).isEqualTo(byHand.values());
        assertThat(site.evaluate(parameters).orElseThrow().loss())
                .isEqualTo(new Trainer(DenseNetwork.softmax(4, 3))
                        .evaluate(parameters, byHand)
                        .loss());
    }

    @Test
    void namesAreKept() {
        FederatedSimulation description =
                described("'data':{'type':'sites','features':['long','wide'],'classes':['good','bad']}");
        assertThat(description.shape().featureNames()).containsExactly("long", "wide");
        assertThat(description.shape().classNames()).containsExactly("good", "bad");
        assertThat(description.shape().features()).isEqualTo(2);
    }

    @Test
    void dataThatAreAtSitesAreNotInThisProcess() {
        assertThatThrownBy(() -> described(SITES).run(line -> {}, Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("at the sites")
                .hasMessageContaining("Maybe run 'edgeai coordinator'");
        assertThatThrownBy(() -> described(SITES).participant("a"))
                .hasMessageContaining("'edgeai participant --data FILE'");
    }

    @Test
    void dataOfAnotherShapeAreRefusedWithTheRepair() {
        ParticipantData narrow = ParticipantData.split("hall-7", Samples.clouds(30, 3, 3, 1), 0.2, 1);
        assertThatThrownBy(() -> described(SITES).participant(narrow))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(hall-7)")
                .hasMessageContaining("4 features and 3 classes. Maybe a column is missing");
        // Of a description with data of its own their shape counts.
        assertThatThrownBy(() -> described("'data':{'features':8,'classes':3}").participant(narrow))
                .hasMessageContaining("8 features and 3 classes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'features':4| data.classes) is missing",
                "'features':4,'classes':1| classes (1) must be an integer 2 to",
                "'features':4,'classes':['a']| must be an integer, or a list of 2 to",
                "'features':0,'classes':2| features (0) must be an integer 1 to",
                "'features':['a',1],'classes':2| data.features[1] (1) must be a text",
                "'features':['a','a'],'classes':2| The name (a) of a feature",
                "'features':2,'classes':2,'mean':[1,2]| data.deviation) is missing",
                "'features':2,'classes':2,'mean':[1],'deviation':[1]| data.mean has (1) numbers",
                "'features':2,'classes':2,'mean':[1,'x'],'deviation':[1,1]| data.mean[1]",
                "'features':2,'classes':2,'mean':[1,2],'deviation':[1,-1]| deviation (-1.0) of feature 1",
                "'features':2,'classes':2,'file':'x'| (data.file) is unknown"
            })
    void aShapeThatIsNoneIsNamed(String fields, String says) {
        assertThatThrownBy(() -> described("'data':{'type':'sites'," + fields + "}"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(says);
    }
}
