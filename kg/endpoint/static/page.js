// The editor over this server's own endpoint: no other server is asked for anything.
(function () {
  "use strict";
  var first = document.getElementById("page").dataset.first;
  var endpoint = new URL("/sparql", window.location.href).href;
  Yasgui.Yasqe.defaults.value = first;
  Yasgui.Yasqe.defaults.autocompleters = ["variables"];
  Yasgui.Yasqe.forkAutocompleter && (Yasgui.Yasqe.Autocompleters = { variables: Yasgui.Yasqe.Autocompleters.variables });
  var yasgui = new Yasgui(document.getElementById("yasgui"), {
    requestConfig: { endpoint: endpoint, method: "POST" },
    copyEndpointOnNewTab: true,
    endpointCatalogueOptions: { getData: function () { return [{ endpoint: endpoint }]; } },
    persistenceId: "policykg"
  });
  document.querySelectorAll("button.example").forEach(function (button) {
    button.addEventListener("click", function () {
      var tab = yasgui.getTab();
      tab.setQuery(button.dataset.query);
      tab.query();
    });
  });
})();
