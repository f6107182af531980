package io.edgeai.core.store.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads the small documents that S3 answers, without DTDs. Stateless. */
final class S3Xml {
    private S3Xml() {}

    /**
     * What an answer holds.
     *
     * @param root the name of its root element
     * @param texts of elements right below the root, by name
     * @param contents of its elements {@code Contents}, each by name
     */
    record Answer(String root, Map<String, String> texts, List<Map<String, String>> contents) {}

    static Answer read(byte[] xml) throws IOException {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(xml));
            try {
                return answer(reader);
            } finally {
                reader.close();
            }
        } catch (XMLStreamException e) {
            throw new IOException("its answer is no XML: " + e.getMessage(), e);
        }
    }

    private static Answer answer(XMLStreamReader reader) throws XMLStreamException {
        List<String> open = new ArrayList<>();
        Map<String, String> texts = new HashMap<>();
        List<Map<String, String>> contents = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        String root = "";
        while (reader.hasNext()) {
            int event = reader.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                open.add(reader.getLocalName());
                text.setLength(0);
                if (open.size() == 1) {
                    root = reader.getLocalName();
                } else if (open.size() == 2 && reader.getLocalName().equals("Contents")) {
                    contents.add(new HashMap<>());
                }
            } else if (event == XMLStreamConstants.CHARACTERS) {
                text.append(reader.getText());
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                if (open.size() == 2) {
                    texts.put(reader.getLocalName(), text.toString());
                } else if (open.size() == 3 && open.get(1).equals("Contents")) {
                    contents.get(contents.size() - 1).put(reader.getLocalName(), text.toString());
                }
                open.remove(open.size() - 1);
            }
        }
        return new Answer(root, texts, contents);
    }
}
