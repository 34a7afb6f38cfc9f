// Shows the OpenAPI document of the page; all of it comes from this site.
{
  const place = document.getElementById("reference");

  // The page has a head and a main part of its own: only the addresses and the fields.
  const Reference = ({ React }) => ({
    components: {
      Reference: ({ getComponent, specSelectors }) => {
        const parts =
          specSelectors.loadingStatus() === "success"
            ? ["SvgAssets", "operations", "Models"]
            : ["errors"];
        const drawn = parts.map((name) =>
          React.createElement(getComponent(name, true), { key: name }),
        );
        return React.createElement("div", { className: "swagger-ui" }, drawn);
      },
    },
  });

  SwaggerUIBundle({
    domNode: place,
    url: place.dataset.schema,
    presets: [SwaggerUIBundle.presets.apis],
    plugins: [Reference],
    layout: "Reference",
    // Nobody else is asked whether the document is valid.
    validatorUrl: null,
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    docExpansion: "list",
    // Its colours are too faint for many eyes.
    syntaxHighlight: false,
  });
}
