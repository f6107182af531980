package io.edgeai.samples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.InflaterInputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Whatever is put into a page comes out of the parsed page again, as text and nothing but text. */
class SectionPropertyTest {
    private static final String[] PIECES = {
        "<b>",
        "</p>",
        "<script>",
        "\"",
        "' onload='x",
        "&",
        "&lt;",
        "]]>",
        "-->",
        "text",
        "é",
        "\uD83D\uDE00",
        " ",
        "1.5"
    };

    private static String text(Random random) {
        StringBuilder text = new StringBuilder("t");
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    private static List<String> texts(List<Element> elements) {
        return elements.stream().map(Element::getTextContent).toList();
    }

    private static List<Element> ofClass(Document page, String name) {
        List<Element> found = new ArrayList<>();
        NodeList all = page.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            Element element = (Element) all.item(i);
            if (List.of(element.getAttribute("class").split(" ")).contains(name)) {
                found.add(element);
            }
        }
        return found;
    }

    @Test
    void everyTextComesBackFromThePage() {
        long seed = 321;
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            boolean wrong = round % 2 == 0;
            String[] t = new String[14];
            java.util.Arrays.setAll(t, i -> text(random));
            Document page = ReportTest.parse(HtmlReport.titled(t[0], t[1])
                    .section(t[2], s -> s.text(t[3])
                            .callout(t[4], Section.Verdict.BAD)
                            .tiles(new Section.Tile(t[5], t[6], t[7], Section.Verdict.GOOD))
                            .code(t[8])
                            .points(List.of(t[9], t[10])))
                    .section(t[11], s -> s.table(List.of(t[12], "n"), List.of(List.of(t[13], "1")))
                            .pictures(
                                    t[3],
                                    List.of(new Section.Picture(GrayPng.dataUri(1, 1, new byte[] {1}), t[5], wrong))))
                    .foot(t[1])
                    .html());

            String where = "seed " + seed + ", round " + round;
            assertThat(texts(ReportTest.elements(page, "title"))).as(where).containsExactly(t[0]);
            assertThat(texts(ReportTest.elements(page, "h1"))).as(where).containsExactly(t[0]);
            assertThat(texts(ReportTest.elements(page, "h2"))).as(where).containsExactly(t[2], t[11]);
            assertThat(texts(ReportTest.elements(page, "a"))).as(where).containsExactly(t[2], t[11]);
            assertThat(texts(ReportTest.elements(page, "p"))).as(where).containsExactly(t[1], t[3], t[4]);
            assertThat(texts(ofClass(page, "callout"))).containsExactly(t[4]);
            assertThat(texts(ofClass(page, "label"))).containsExactly(t[5]);
            assertThat(texts(ofClass(page, "value"))).containsExactly(t[6]);
            assertThat(texts(ofClass(page, "note"))).containsExactly(t[7]);
            assertThat(texts(ReportTest.elements(page, "pre"))).containsExactly(t[8]);
            assertThat(texts(ReportTest.elements(page, "li"))).containsExactly(t[9], t[10]);
            assertThat(texts(ReportTest.elements(page, "th"))).containsExactly(t[12], "n");
            assertThat(texts(ReportTest.elements(page, "td"))).containsExactly(t[13], "1");
            assertThat(ReportTest.elements(page, "img").get(0).getAttribute("alt"))
                    .isEqualTo(t[5]);
            assertThat(texts(ReportTest.elements(page, "figcaption"))).containsExactly(t[3]);
            assertThat(texts(ReportTest.elements(page, "footer"))).containsExactly(t[1]);
            assertThat(ofClass(page, "wrong")).hasSize(wrong ? 1 : 0);
            assertThat(ReportTest.elements(page, "script")).isEmpty();
            assertThat(ReportTest.elements(page, "b")).isEmpty();
        }
    }

    @Test
    void columnsOfNumbersStandToTheRight() {
        for (String number : List.of("1", "-2.5", "+3", "−4 %", "±1", "", "12 µs", ".5", "–", "∞")) {
            assertThat(right(number)).as(number).isTrue();
        }
        for (String word : List.of("a", "v1", "(3)", "n/a", "e5", "> 3")) {
            assertThat(right(word)).as(word).isFalse();
        }
        assertThat(ReportTest.parse(HtmlReport.titled("t", "")
                                .section("s", s -> s.table(List.of("a"), List.of()))
                                .html())
                        .getElementsByTagName("td")
                        .getLength())
                .isZero();
    }

    private static boolean right(String cell) {
        Document page = ReportTest.parse(HtmlReport.titled("t", "")
                .section("s", s -> s.table(List.of("head"), List.of(List.of("7"), List.of(cell))))
                .html());
        return ReportTest.elements(page, "td").stream()
                .allMatch(td -> td.getAttribute("class").equals("r"));
    }

    /** Every grey level at every place, through the JDK's decoder. */
    @Test
    void allGreysSurviveThePictureFormat() throws IOException {
        byte[] ramp = new byte[256 * 3];
        for (int i = 0; i < ramp.length; i++) {
            ramp[i] = (byte) (i * 7);
        }
        for (int width : new int[] {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256, 384, 768}) {
            String uri = GrayPng.dataUri(width, ramp.length / width, ramp);
            byte[] file = Base64.getDecoder().decode(uri.substring(uri.indexOf(',') + 1));
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(file));
            assertThat(image.getColorModel().getPixelSize()).isEqualTo(8);
            for (int i = 0; i < ramp.length; i++) {
                assertThat(image.getRaster().getSample(i % width, i / width, 0)).isEqualTo(ramp[i] & 0xff);
            }
        }
    }

    /** The chunks of the specification, section 5.3: length, type, data, CRC over type and data. */
    @Test
    void chunksFollowTheSpecification() throws IOException {
        byte[] pixels = new byte[70 * 30];
        new Random(5).nextBytes(pixels);
        ByteBuffer png = ByteBuffer.wrap(GrayPng.encode(70, 30, pixels));
        assertThat(png.getLong()).isEqualTo(0x89504E470D0A1A0AL);
        List<String> types = new ArrayList<>();
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        while (png.hasRemaining()) {
            byte[] data = new byte[png.getInt()];
            byte[] type = new byte[4];
            png.get(type).get(data);
            CRC32 crc = new CRC32();
            crc.update(type);
            crc.update(data);
            assertThat(png.getInt()).isEqualTo((int) crc.getValue());
            types.add(new String(type, StandardCharsets.US_ASCII));
            if (types.get(types.size() - 1).equals("IDAT")) {
                packed.writeBytes(data);
            }
        }
        byte[] rows = new InflaterInputStream(new ByteArrayInputStream(packed.toByteArray())).readAllBytes();

        assertThat(types).containsExactly("IHDR", "IDAT", "IEND");
        assertThat(rows).hasSize(30 * 71);
        for (int y = 0; y < 30; y++) {
            assertThat(rows[y * 71]).isZero(); // filter type 0
            for (int x = 0; x < 70; x++) {
                assertThat(rows[y * 71 + 1 + x]).isEqualTo(pixels[y * 70 + x]);
            }
        }
    }

    /** 65536 · 65536 is 0 in 32 bits. */
    @Test
    void sizesWhoseProductOverflowsAreRefused() {
        assertThatThrownBy(() -> GrayPng.encode(65_536, 65_536, new byte[0]))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("65536×65536");
    }
}
